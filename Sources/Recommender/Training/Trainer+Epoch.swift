import Trials

/// One epoch of a training: the batches, and the evaluation after them.
extension Trainer {
  /// Trains, evaluates and counts one epoch. A cancelled epoch is not counted, and has no report.
  func runEpoch(
    of state: inout TrainingState, _ metrics: MetricCalculator, isCancelled: () -> Bool
  ) throws(TrainingError) -> EpochReport? {
    let clock = ContinuousClock()
    let start = clock.now
    let epoch = state.epoch
    guard let loss = try train(&state, isCancelled: isCancelled) else { return nil }
    let trained = clock.now
    var evaluation = Evaluation.none
    let step = min(configuration.training.evalStep, configuration.training.epochs)
    if step > 0, (epoch + 1) % step == 0 {
      guard
        let valid = self.evaluation(
          of: dataset.valid, metrics, epoch: epoch, isCancelled: isCancelled)
      else { return nil }
      evaluation = valid
    }
    state.add(kernels)
    if state.endEpoch(evaluation) { workspace.bestParameters.copy(from: sine.parameters.buffer) }
    return EpochReport(
      epoch: epoch, trainLoss: loss, trainSeconds: (trained - start) / .seconds(1),
      evaluationSeconds: (clock.now - trained) / .seconds(1), validScore: evaluation.score,
      unroundedScore: evaluation.unroundedScore, validMetrics: evaluation.metrics)
  }

  /// Trains on every batch of the next epoch, and returns the sum of the losses. The result is nil if
  /// the epoch is cancelled.
  private func train(
    _ state: inout TrainingState, isCancelled: () -> Bool
  ) throws(TrainingError) -> Double? {
    let order = state.order.next()
    let size = configuration.training.examplesPerBatch
    progress.begin(
      epoch: state.epoch, isEvaluating: false, batches: Self.batches(of: order.count, size: size))
    var sum = 0.0
    for (number, start) in stride(from: 0, to: order.count, by: size).enumerated() {
      if isCancelled() { return nil }
      let indices = order[start..<min(start + size, order.count)]
      sine.batch.fill(with: dataset.train, at: indices, of: dataset)
      if configuration.model.lossType == .bpr {
        sine.batch.drawNegatives(
          perExample: configuration.negativesPerExample, items: dataset.itemCount,
          from: &state.negatives)
      }
      let loss = sine.lossAndGradients()
      guard loss.isFinite else {
        throw TrainingError.diverged(epoch: state.epoch, batch: number)
      }
      sum += loss
      sine.update(with: &state.optimizer)
      progress.note(batch: number + 1)
    }
    return sum
  }

  /// Ranks the targets of all examples among all items, and computes the metrics. The result is nil
  /// if the evaluation is cancelled between two batches.
  func evaluation(
    of examples: [Example], _ metrics: MetricCalculator, epoch: Int, isCancelled: () -> Bool
  ) -> Evaluation? {
    progress.begin(
      epoch: epoch, isEvaluating: true,
      batches: Self.batches(of: examples.count, size: Self.evaluationBatch))
    var ranks: [Int32] = []
    var topItems: [Int32] = []
    for (number, start) in stride(from: 0, to: examples.count, by: Self.evaluationBatch)
      .enumerated()
    {
      if start > 0 && isCancelled() { return nil }
      let indices = Int32(start)..<Int32(min(start + Self.evaluationBatch, examples.count))
      sine.batch.fill(with: examples, at: indices, of: dataset)
      sine.rank(
        top: metrics.needsTopItems ? metrics.listLength : nil, ranks: &ranks, topItems: &topItems)
      progress.note(batch: number + 1)
    }
    return metrics.evaluation(ranks: ranks, topItems: topItems)
  }

  private static func batches(of examples: Int, size: Int) -> Int {
    (examples + size - 1) / size
  }
}
