/// Runs single training steps of a configuration, so that they can be measured.
///
/// The batches are the first batches of the first epoch, and the parameters start as they do in a
/// training. Only one thread at a time uses a benchmark.
package final class StepBenchmark {
  private let trainer: Trainer
  private let batches: [ArraySlice<Int32>]
  private var optimizer: Optimizer
  private var negatives: NumPyRandom
  private let order: BatchOrder

  /// - Parameters:
  ///   - batches: how many batches to take; an epoch may have fewer.
  ///   - threads: how many threads share a step.
  /// - Precondition: the data set has training examples, and the loss is CE or BPR.
  package init(
    _ configuration: Configuration, dataset: Dataset, batches: Int, workspace: TrainerWorkspace,
    kernels: KernelSet, threads: Int = 1
  ) {
    precondition(configuration.model.lossType != .nll)
    trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspace, kernels: kernels,
      team: .fixed(threads))
    let training = configuration.training
    var order = BatchOrder(
      seed: training.seed, count: dataset.train.count, shuffle: training.shuffle)
    self.batches = Self.slices(of: order.next(), size: training.examplesPerBatch, count: batches)
    self.order = order
    let parameters = trainer.sine.parameters
    negatives = parameters.initialize(seed: training.seed)
    optimizer = Optimizer(
      training, parameterCount: parameters.buffer.count, kernels: kernels,
      first: workspace.firstMoments, second: workspace.secondMoments)
  }

  /// The number of batches of an epoch. The last batch counts as a fraction if it is not full.
  package var batchesOfEpoch: Double {
    Double(trainer.dataset.train.count) / Double(max(batchSize, 1))
  }

  /// Writes a checkpoint as a training does between two epochs, with the parameters of a best
  /// epoch.
  package func writeCheckpoint(to file: CheckpointFile) throws(CheckpointError) {
    let parameters = trainer.sine.parameters.buffer
    let best = trainer.workspace.bestParameters
    best.reserve(parameters.count)
    try file.write(
      Checkpoint(
        identity: trainer.identity, kernels: [trainer.kernels.name], epochs: 1,
        isComplete: false, parameters: .live(parameters), bestParameters: .live(best),
        best: .init(epoch: 0, score: 0, unroundedScore: 0, metrics: []), optimizer: optimizer.state,
        evaluationsWithoutGain: 0, order: order.random, negatives: negatives))
  }

  /// The first full batches of an epoch, or its only batch. The short batch at the end would look
  /// fast.
  private static func slices(
    of order: [Int32], size: Int, count: Int
  ) -> [ArraySlice<Int32>] {
    let full = max(order.count / size, 1)
    return (0..<min(count, full)).map { order[($0 * size)...].prefix(size) }
  }

  package var batchCount: Int { batches.count }

  /// The examples of a batch.
  package var batchSize: Int { batches.first?.count ?? 0 }

  /// Takes one training step, exactly as training does, and returns the loss.
  @discardableResult
  package func step(batch index: Int) -> Double {
    fillBatch(index)
    let sine = trainer.sine
    let loss = sine.lossAndGradients()
    sine.update(with: &optimizer)
    return loss
  }

  /// Takes the same step as `step`, and measures the seconds of every stage.
  ///
  /// - Precondition: the benchmark has one thread.
  package func stagedStep(batch index: Int) -> (loss: Double, seconds: [StepStage: Double]) {
    precondition(trainer.sine.team.limit == 1)
    var stopwatch = StageStopwatch()
    fillBatch(index)
    stopwatch.end(.layout)
    let loss = trainer.sine.lossAndGradients { stopwatch.end($0) }
    trainer.sine.update(with: &optimizer)
    stopwatch.end(.learner)
    return (loss, stopwatch.seconds)
  }

  /// The matrix work of a step with this batch.
  package func work(batch index: Int) -> StepWork {
    fillBatch(index)
    let batch = trainer.sine.batch
    return StepWork(
      shape: trainer.sine.shape, examples: batch.count, positions: batch.positions,
      slots: batch.slots, negatives: batch.negativesPerExample)
  }

  private func fillBatch(_ index: Int) {
    let batch = trainer.sine.batch
    batch.fill(with: trainer.dataset.train, at: batches[index], of: trainer.dataset)
    if trainer.configuration.model.lossType == .bpr {
      batch.drawNegatives(
        perExample: trainer.configuration.negativesPerExample, items: trainer.dataset.itemCount,
        from: &negatives)
    }
  }
}
