import Foundation
import Recommender
import Synchronization

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
