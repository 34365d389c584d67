import Trials

/// A training as it stands between two epochs: enough to go on as if it had never stopped.
///
/// One that a training has just made is of its very memory, and holds until the training goes on. It
/// is no file for other programs: its layout may change with every version of this one.
package struct Checkpoint: Equatable {
  /// The best epoch so far.
  struct Best: Hashable, Sendable {
    let epoch: Int
    let score: Double
    /// The score before rounding. It decides nothing.
    let unroundedScore: Double
    let metrics: [Metric]
  }

  /// Of everything that decides the training's numbers, see `Trainer.identity`.
  package let identity: ContentDigest
  /// Epochs trained: the next one has this number.
  package let epochs: Int
  /// No epoch follows: only the test metrics are missing.
  package let isComplete: Bool
  let parameters: CheckpointNumbers
  /// Those of the best epoch; none before the first evaluation.
  let bestParameters: CheckpointNumbers
  let best: Best?
  let learner: LearnerState
  let evaluationsWithoutGain: Int
  let order: TorchRandom
  let negatives: NumPyRandom
}

/// Where a training leaves its checkpoints, and how often.
package struct CheckpointSaver {
  let schedule: CheckpointSchedule
  let keepsEnd: (Double?) throws -> Bool
  let save: (Checkpoint) throws -> Void

  /// - Parameters:
  ///   - keepsEnd: asked with the final score whether the trained model is to be saved as well.
  ///   - save: returns once the checkpoint is safe; it is valid until then.
  package init(
    schedule: CheckpointSchedule = CheckpointSchedule(),
    keepsEnd: @escaping (Double?) throws -> Bool = { _ in false },
    save: @escaping (Checkpoint) throws -> Void
  ) {
    self.schedule = schedule
    self.keepsEnd = keepsEnd
    self.save = save
  }
}
