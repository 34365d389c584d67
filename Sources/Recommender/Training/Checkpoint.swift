import Trials

/// A training as it stands between two epochs: enough to go on as if it had never stopped.
///
/// A checkpoint that a training has just made shares the training's memory, and is valid until the
/// training goes on. Its file is not for other programs: the layout may change with every version.
package struct Checkpoint: Equatable {
  /// The best epoch so far.
  struct Best: Hashable, Sendable {
    let epoch: Int
    let score: Double
    /// The score before rounding. It decides nothing.
    let unroundedScore: Double
    let metrics: [Metric]
  }

  /// The digest of configuration and data, see `identity(of:dataDigest:)`.
  package let identity: ContentDigest
  /// The kernel sets that made the numbers, in the order in which they worked. The last one has made
  /// the last epoch, and no set follows itself.
  package let kernels: [String]
  /// Epochs trained: the next one has this number.
  package let epochs: Int
  /// True if no epoch follows: only the test metrics are missing.
  package let isComplete: Bool
  let parameters: CheckpointNumbers
  /// The parameters of the best epoch; none before the first evaluation.
  let bestParameters: CheckpointNumbers
  let best: Best?
  let optimizer: OptimizerState
  let evaluationsWithoutGain: Int
  let order: TorchRandom
  let negatives: NumPyRandom
}

/// What takes the checkpoints of a training, and how often.
package struct CheckpointSaver {
  let schedule: CheckpointSchedule
  let keepsEnd: (Double?) throws -> Bool
  let save: (Checkpoint) throws -> Void

  /// - Parameters:
  ///   - schedule: says when a checkpoint is due that nothing else asks for.
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
