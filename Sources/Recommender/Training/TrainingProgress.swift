import Synchronization

/// How far a training is within its epoch. The training counts its batches here; any thread may look.
///
///     let progress = TrainingProgress()
///     let trainer = Trainer(…, progress: progress)
///     progress.now  // on another thread: epoch 3, training, batch 17 of 48
///
/// The numbers are for the eye. They are read one by one, so at the turn of an epoch they may belong to
/// two epochs.
package final class TrainingProgress: Sendable {
  /// What a training was doing when it was looked at.
  package struct Moment: Hashable, Sendable {
    /// The number of the epoch that is trained, from 0 on.
    package let epoch: Int
    /// True if the epoch has been trained and is being evaluated, or the training is being tested.
    package let isEvaluating: Bool
    /// The share of the batches that are done, from 0 to 1.
    package let share: Double

    package init(epoch: Int, isEvaluating: Bool, share: Double) {
      self.epoch = epoch
      self.isEvaluating = isEvaluating
      self.share = share
    }
  }

  private let epoch = Atomic(0)
  private let isEvaluating = Atomic(false)
  private let batch = Atomic(0)
  /// The number of batches of the epoch or the evaluation; 0 before the training has begun.
  private let batches = Atomic(0)

  package init() {}

  /// What the training does now; nil before it has begun.
  package var now: Moment? {
    let all = batches.load(ordering: .relaxed)
    guard all > 0 else { return nil }
    let done = batch.load(ordering: .relaxed)
    return Moment(
      epoch: epoch.load(ordering: .relaxed),
      isEvaluating: isEvaluating.load(ordering: .relaxed), share: min(Double(done) / Double(all), 1)
    )
  }

  /// Notes that an epoch or an evaluation begins.
  func begin(epoch number: Int, isEvaluating evaluates: Bool, batches count: Int) {
    batch.store(0, ordering: .relaxed)
    batches.store(count, ordering: .relaxed)
    epoch.store(number, ordering: .relaxed)
    isEvaluating.store(evaluates, ordering: .relaxed)
  }

  /// Notes that so many batches are done.
  func note(batch number: Int) {
    batch.store(number, ordering: .relaxed)
  }
}
