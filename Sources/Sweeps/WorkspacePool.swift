import Recommender

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
