import Recommender
import Synchronization

/// How far the trials are that run in this process, for a display. Any thread may call the methods.
package final class RunningProgress: Sendable {
  private let trainings = Mutex<[Int: TrainingProgress]>([:])

  package init() {}

  /// What the training of a trial does now; nil if it has not begun or does not run any more.
  package subscript(trial number: Int) -> TrainingProgress.Moment? {
    trainings.withLock { $0[number] }?.now
  }

  /// Returns the counter of a trial whose training begins.
  func begin(trial number: Int) -> TrainingProgress {
    let progress = TrainingProgress()
    trainings.withLock { $0[number] = progress }
    return progress
  }

  func end(trial number: Int) {
    trainings.withLock { $0[number] = nil }
  }
}
