import Recommender

/// A trainer's workspace for each worker, reused by the worker's next trial.
///
/// Unchecked because `TrainerWorkspace` is not Sendable. The invariant: a workspace is touched only
/// by the trial that runs on its worker, and the scheduler never runs two trials on one worker at a
/// time; between them its lock orders the accesses.
final class WorkspacePool: @unchecked Sendable {
  private let workspaces: [TrainerWorkspace]

  init(jobs: Int) {
    workspaces = (0..<jobs).map { _ in TrainerWorkspace() }
  }

  subscript(worker: Int) -> TrainerWorkspace { workspaces[worker] }
}
