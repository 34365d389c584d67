import Foundation
import Recommender
import Synchronization

/// A trainer's workspace for each slot of an executor, used again by the next trial in the slot.
///
/// Unchecked because `TrainerWorkspace` is not Sendable. The invariant: only the trial in a slot
/// touches the slot's workspace, an executor never runs two trials in one slot at a time, and the
/// lock of the loop that fills the slots orders their accesses.
package final class WorkspacePool: @unchecked Sendable {
  private let workspaces: [TrainerWorkspace]

  package init(jobs: Int) {
    workspaces = (0..<jobs).map { _ in TrainerWorkspace() }
  }

  package subscript(slot: Int) -> TrainerWorkspace { workspaces[slot] }
}

/// Shares the cores among the running trials: while fewer trials than cores run, the idle cores
/// join them.
package final class CoreShare: Sendable {
  package static let cores = ProcessInfo.processInfo.activeProcessorCount

  private let running = Atomic(0)
  /// The most threads of one trial.
  private let threads: Int

  package init(threads: Int?) {
    self.threads = threads ?? Self.cores
  }

  package func join() {
    running.add(1, ordering: .relaxed)
  }

  package func leave() {
    running.subtract(1, ordering: .relaxed)
  }

  /// The threads of a trial, asked anew at every stage of a step.
  package var team: ThreadTeam {
    ThreadTeam(limit: threads) { [self] in
      min(threads, Self.cores / max(running.load(ordering: .relaxed), 1))
    }
  }
}
