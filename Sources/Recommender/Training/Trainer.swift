import Literals

/// Trains one configuration as RecBole's `Trainer.fit` does: epochs of shuffled batches, evaluation
/// every `eval_step` epochs, early stopping, and the test metrics of the best epoch.
///
/// The numbers depend on configuration, data and kernel set alone.
package struct Trainer {
  let configuration: Configuration
  let dataset: Dataset
  let workspace: TrainerWorkspace
  let sine: SINE
  let kernels: KernelSet

  /// Examples that evaluation ranks at a time; no number depends on it.
  static let evaluationBatch = 2048

  /// - Parameter team: the threads that work on this trial; no number depends on them.
  /// - Precondition: the data set has training examples.
  package init(
    configuration: Configuration, dataset: Dataset, workspace: TrainerWorkspace,
    kernels: KernelSet = .fastest, team: ThreadTeam = .single
  ) {
    precondition(!dataset.train.isEmpty)
    self.configuration = configuration
    self.dataset = dataset
    self.workspace = workspace
    self.kernels = kernels
    sine = SINE(
      configuration.model,
      parameters: ParameterSet(
        SINEShape(configuration.model, dataset: dataset), in: workspace.parameters),
      gradients: workspace.gradients, kernels: kernels, workspace: workspace.model,
      largestBatch: configuration.largestBatch(of: dataset),
      negatives: configuration.negativesPerExample, team: team)
  }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - checkpoint: where to go on; it has to be one that `accepts` takes.
  ///   - saver: takes the checkpoints.
  ///   - isCancelled: asked before every batch.
  ///   - onEpoch: told of every epoch as it ends; false ends the training there.
  /// - Throws: `TrainingError`, or what `onEpoch` or the saver throws.
  package func run(
    from checkpoint: Checkpoint? = nil, saving saver: CheckpointSaver? = nil,
    isCancelled: () -> Bool, onEpoch: (EpochResult) throws -> Bool
  ) throws -> TrainingResult {
    let training = configuration.training
    let metrics = MetricCalculator(
      configuration.evaluation, itemCount: dataset.itemCount,
      trainTargetCounts: TrainTargetCounts(dataset))
    let evaluationStep = min(training.evalStep, training.epochs)
    let clock = ContinuousClock()
    var schedule = saver?.schedule
    var state = TrainingState(initializing: sine.parameters, learner(), configuration, dataset)
    if let checkpoint { restore(checkpoint, to: &state) }

    while !state.isComplete {
      let start = clock.now
      let epoch = state.epoch
      let loss = try trainEpoch(
        epoch, order: state.order.next(), learner: &state.learner, negatives: &state.negatives,
        isCancelled: isCancelled)
      let trained = clock.now

      var validMetrics: [MetricValue] = []
      if evaluationStep > 0, (epoch + 1) % evaluationStep == 0, !dataset.valid.isEmpty {
        validMetrics = try evaluate(dataset.valid, metrics, isCancelled: isCancelled)
      }
      let score = validMetrics.score(for: configuration.evaluation.validMetric)
      if state.endEpoch(score: score, metrics: validMetrics) {
        workspace.bestParameters.copy(from: sine.parameters.buffer)
      }
      let goesOn = try onEpoch(
        EpochResult(
          epoch: epoch, trainLoss: loss, trainSeconds: (trained - start) / .seconds(1),
          evaluationSeconds: (clock.now - trained) / .seconds(1), validScore: score,
          validMetrics: validMetrics))
      if !state.isComplete, goesOn ? schedule?.isDue == true : isCancelled() {
        try schedule?.measure { try saver?.save(self.checkpoint(of: state)) }
      }
      if !goesOn { break }
    }

    if state.isComplete, checkpoint?.isComplete != true,
      try saver?.keepsEnd(state.stopping.best) == true
    {
      try saver?.save(self.checkpoint(of: state))
    }
    if state.best != nil { sine.parameters.buffer.copy(from: workspace.bestParameters) }
    return TrainingResult(
      bestEpoch: state.best?.epoch ?? state.epoch - 1, epochs: state.epoch,
      validScore: state.stopping.best, validMetrics: state.best?.metrics ?? [],
      testMetrics: try evaluate(dataset.test, metrics, isCancelled: isCancelled))
  }

  private func learner() -> Learner {
    Learner(
      configuration.training, parameterCount: sine.parameters.buffer.count, kernels: kernels,
      first: workspace.learnerFirst, second: workspace.learnerSecond)
  }

  /// Trains on every batch of one epoch and returns the sum of their losses.
  private func trainEpoch(
    _ epoch: Int, order: [Int32], learner: inout Learner, negatives: inout NumPyRandom,
    isCancelled: () -> Bool
  ) throws -> Double {
    let size = configuration.training.examplesPerBatch
    var sum = 0.0
    for (number, start) in stride(from: 0, to: order.count, by: size).enumerated() {
      if isCancelled() { throw TrainingError.cancelled }
      let indices = order[start..<min(start + size, order.count)]
      sine.batch.fill(with: dataset.train, at: indices, of: dataset)
      if configuration.model.lossType == .bpr {
        sine.batch.drawNegatives(
          perExample: configuration.negativesPerExample, items: dataset.itemCount,
          from: &negatives)
      }
      let loss = sine.lossAndGradients()
      guard loss.isFinite else { throw TrainingError.diverged(epoch: epoch, batch: number) }
      sum += loss
      sine.update(with: &learner)
    }
    return sum
  }

  /// Ranks the targets of all examples among all items and measures.
  private func evaluate(
    _ examples: [Example], _ metrics: MetricCalculator, isCancelled: () -> Bool
  ) throws -> [MetricValue] {
    var ranks: [Int32] = []
    var topItems: [Int32] = []
    for start in stride(from: 0, to: examples.count, by: Self.evaluationBatch) {
      if isCancelled() { throw TrainingError.cancelled }
      let indices = Int32(start)..<Int32(min(start + Self.evaluationBatch, examples.count))
      sine.batch.fill(with: examples, at: indices, of: dataset)
      sine.rank(
        top: metrics.needsTopItems ? metrics.listLength : nil, ranks: &ranks, topItems: &topItems)
    }
    return metrics.metrics(ranks: ranks, topItems: topItems)
  }
}

extension Configuration {
  /// The negatives that every example of a batch is given.
  var negativesPerExample: Int {
    model.lossType == .bpr ? training.negativeSampleCount ?? 1 : 0
  }

  /// What this configuration asks for and a data set of this size cannot give.
  package func problems(itemCount: Int) -> [Diagnostic] {
    var problems = evaluation.problems(itemCount: itemCount)
    if model.lossType == .bpr && itemCount < 3 {
      problems.append(
        Diagnostic(
          .error,
          "'loss_type' BPR samples negative items: it takes two items at least, found \(itemCount - 1)"
        ))
    }
    return problems
  }
}

extension TrainingConfiguration {
  /// Distinct examples of a batch: where n negatives are sampled, RecBole repeats each example n
  /// times and keeps the batch near `train_batch_size` rows.
  var examplesPerBatch: Int {
    max(trainBatchSize / (negativeSampleCount ?? 1), 1)
  }
}
