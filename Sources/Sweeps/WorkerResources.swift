import Recommender
import Synchronization

/// A workspace for each slot of an executor. The next trial in a slot uses the workspace again.
///
/// Unchecked because `TrainerWorkspace` is not Sendable. The invariant: only the trial in a slot touches
/// the workspace of the slot, no two trials are in a slot at a time, and the lock of `TuningLoop` orders
/// the trials of a slot.
package final class WorkspacePool: @unchecked Sendable {
  private let workspaces: [TrainerWorkspace]

  package init(jobs: Int) {
    workspaces = (0..<jobs).map { _ in TrainerWorkspace() }
  }

  package subscript(slot: Int) -> TrainerWorkspace { workspaces[slot] }
}

/// Shares the cores among the running trials. If fewer trials than cores run, the idle cores join them.
package final class CoreShare: Sendable {
  /// The number of cores that this process may use.
  package static let cores = CoreLimit.available()

  private let running = Atomic(0)
  /// The most threads of one trial.
  private let threads: Int

  /// - Parameter threads: The most threads of one trial; nil for all cores.
  package init(threads: Int?) {
    self.threads = threads ?? Self.cores
  }

  /// Counts another running trial.
  package func join() {
    running.add(1, ordering: .relaxed)
  }

  /// Counts a running trial less.
  package func leave() {
    running.subtract(1, ordering: .relaxed)
  }

  /// The threads of a trial. Their number is determined anew at every stage of a training step.
  package var team: ThreadTeam {
    ThreadTeam(limit: threads) { [self] in
      min(threads, Self.cores / max(running.load(ordering: .relaxed), 1))
    }
  }
}
