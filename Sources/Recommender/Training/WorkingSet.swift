/// The memory that a trial takes, known from its shape before any of it is allocated.
///
/// Every type that owns buffers describes their sizes in a plan. The working set is the sum of these
/// plans, and of the lists of examples that have no buffers.
package struct WorkingSet: Hashable, Sendable {
  /// A floating-point number, because a searched size may be any integer.
  package let bytes: Double

  /// The bytes that the heap and short-lived arrays take in addition.
  private static let overhead = 1_048_576.0

  /// Counts the buffers of one trainer and of its threads, and its lists of examples.
  package init(_ configuration: Configuration, dataset: DatasetSize, threads: Int = 1) {
    let shape = SINEShape(configuration.model, dataset: dataset)
    let examples = configuration.largestBatch(of: dataset)
    let negatives = configuration.negativesPerExample
    bytes =
      TrainerWorkspace.bytes(
        shape, gradients: shape.gradientShape(examples: examples, negatives: negatives),
        learner: configuration.training.learner)
      + SINEWorkspace.bytes(shape, examples: examples, negatives: negatives, lanes: threads)
      + (configuration.model.lossType == .nll ? SINE.regularizerBytes(shape) : 0)
      + Self.bytesOfLists(configuration, dataset) + Self.overhead
  }

  /// The bytes of the order of an epoch, while torch's two permutations are drawn, and of the ranks
  /// and recommendations of an evaluation.
  private static func bytesOfLists(_ configuration: Configuration, _ dataset: DatasetSize) -> Double
  {
    let evaluated = Double(max(dataset.valid, dataset.test))
    let listLength = Double(configuration.evaluation.topK.max() ?? 0)
    return 4 * (3 * Double(dataset.train) + evaluated * (1 + listLength))
  }
}

extension TrainerWorkspace {
  /// The bytes of parameters, best parameters, gradients and the moments of the learner.
  fileprivate static func bytes(
    _ shape: SINEShape, gradients: SINEShape, learner: TrainingConfiguration.Learner
  ) -> Double {
    let copies = 2 + Double(learner.momentCount)
    return 4 * (copies * ParameterSet.floats(shape) + ParameterSet.floats(gradients))
  }
}
