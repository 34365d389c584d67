import Trials

/// The state of a training between two epochs, from which the training continues as if it had never
/// stopped.
///
/// A checkpoint that a training has just made shares the training's memory. It is valid until the
/// training continues. The file of a checkpoint is not for other programs, because the layout may
/// change with every version.
package struct Checkpoint: Equatable {
  /// The best epoch so far.
  struct Best: Hashable, Sendable {
    let epoch: Int
    let score: Double
    /// The score before rounding, which decides nothing.
    let unroundedScore: Double
    let metrics: [Metric]
  }

  /// The digest of configuration and data that `identity(of:dataDigest:)` computes.
  package let identity: ContentDigest
  /// The kernel sets that computed the epochs, in order. The last set computed the last epoch, and no
  /// set follows itself.
  package let kernels: [String]
  /// The number of trained epochs, which is also the number of the next epoch.
  package let epochs: Int
  /// True if no epoch follows, so that only the test metrics are missing.
  package let isComplete: Bool
  let parameters: CheckpointNumbers
  /// The parameters of the best epoch, empty before the first evaluation.
  let bestParameters: CheckpointNumbers
  let best: Best?
  let optimizer: OptimizerState
  let evaluationsWithoutGain: Int
  let order: TorchRandom
  let negatives: NumPyRandom
}

/// Saves the checkpoints of a training.
///
///     let file = CheckpointFile(path: path)
///     let saver = CheckpointSaver { try file.write($0) }
///     let end = try trainer.run(from: file.read(), saving: saver, isCancelled: { false }) { _ in }
package struct CheckpointSaver {
  let schedule: CheckpointSchedule
  let keepsEnd: (Double?) throws -> Bool
  let save: (Checkpoint) throws -> Void

  /// - Parameters:
  ///   - schedule: tells when a checkpoint is due. A pause or a cancellation saves a checkpoint
  ///     that is not due.
  ///   - keepsEnd: gets the final score, and returns true if the trained model has to be saved.
  ///   - save: returns when the checkpoint is safe. The checkpoint is valid until then.
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
