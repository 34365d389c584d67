import Trials

/// How a training ended.
package enum TrainingEnd: Hashable, Sendable {
  /// No epoch follows, and the model of the best epoch has been tested.
  case complete(TrialResult)
  /// The training can continue from its checkpoint. The result has no test metrics yet.
  case paused(TrialResult)
  /// Nobody waits for the result any more.
  case cancelled
}

/// Why a training failed.
package enum TrainingError: Error, Hashable, CustomStringConvertible {
  /// The loss of a batch was NaN or infinite.
  case diverged(epoch: Int, batch: Int)

  package var description: String {
    switch self {
    case .diverged(let epoch, let batch):
      "the training loss is no finite number in epoch \(epoch), batch \(batch)"
    }
  }
}

/// Trains one configuration as RecBole's `Trainer.fit` does: epochs of shuffled batches, evaluation
/// every `eval_step` epochs, early stopping, and the test metrics of the best epoch.
///
/// The results depend only on configuration, data and kernel set.
///
///     let trainer = Trainer(
///       configuration: configuration, dataset: dataset, workspace: TrainerWorkspace())
///     let end = try trainer.run(isCancelled: { false }) { report in print(report.trainLoss) }
package struct Trainer {
  let configuration: Configuration
  let dataset: Dataset
  let workspace: TrainerWorkspace
  let sine: SINE
  let kernels: KernelSet
  let progress: TrainingProgress

  /// The number of examples that an evaluation ranks at a time.
  static let evaluationBatch = 2048

  /// - Parameters:
  ///   - team: the threads that work on this trial. No result depends on them.
  ///   - progress: counts the batches, for a display.
  /// - Precondition: the data set has training examples.
  package init(
    configuration: Configuration, dataset: Dataset, workspace: TrainerWorkspace,
    kernels: KernelSet = .fastest, team: ThreadTeam = .single,
    progress: TrainingProgress = TrainingProgress()
  ) {
    precondition(!dataset.train.isEmpty)
    self.configuration = configuration
    self.dataset = dataset
    self.workspace = workspace
    self.kernels = kernels
    self.progress = progress
    sine = SINE(
      configuration.model,
      parameters: ParameterSet(
        SINEShape(configuration.model, dataset: dataset), in: workspace.parameters),
      gradients: workspace.gradients, kernels: kernels, workspace: workspace.model,
      largestBatch: configuration.largestBatch(of: dataset.size),
      negatives: configuration.negativesPerExample, team: team)
  }

  /// Trains to the end, or until a number of epochs is done.
  ///
  /// A training that pauses has saved a checkpoint of its last epoch. A training that is cancelled
  /// between two epochs has saved a checkpoint as well. Neither training is tested.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint from which the training continues. `accepts` must be true for it.
  ///   - pause: the number of epochs after which the training pauses. If the checkpoint has as many
  ///     epochs, nothing is trained or saved. If `pause` is nil or at least `epochs`, there is no
  ///     pause.
  ///   - saver: saves the checkpoints.
  ///   - isCancelled: is called before every batch of training, after every epoch, and between the
  ///     batches of an evaluation. If it returns true after the last epoch, the training is still
  ///     complete if the test takes only one batch.
  ///   - onEpoch: gets the report of every epoch when the epoch ends.
  /// - Throws: `TrainingError`, or an error of `onEpoch` or of the saver.
  package func run(
    from checkpoint: Checkpoint? = nil, until pause: Int? = nil,
    saving saver: CheckpointSaver? = nil, isCancelled: () -> Bool,
    onEpoch: (EpochReport) throws -> Void
  ) throws -> TrainingEnd {
    let metrics = MetricCalculator(
      configuration.evaluation, itemCount: dataset.itemCount,
      trainTargetCounts: TrainTargetCounts(dataset))
    var schedule = saver?.schedule
    var state = TrainingState(initializing: sine.parameters, optimizer(), configuration, dataset)
    if let checkpoint { restore(checkpoint, to: &state) }

    while !state.isComplete {
      if let pause, state.epoch >= pause { return .paused(result(of: state)) }
      guard let report = try runEpoch(of: &state, metrics, isCancelled: isCancelled) else {
        return .cancelled
      }
      try onEpoch(report)
      if state.isComplete { break }
      let isPaused = state.epoch == pause
      let isOver = isPaused || isCancelled()
      if isOver || schedule?.isDue == true {
        try schedule?.measure { try saver?.save(self.checkpoint(of: state)) }
      }
      if isOver && !isPaused { return .cancelled }
    }

    if let saver, checkpoint?.isComplete != true,
      try isCancelled() || saver.keepsEnd(state.best?.score)
    {
      try saver.save(self.checkpoint(of: state))
    }
    if state.best != nil { sine.parameters.buffer.copy(from: workspace.bestParameters) }
    guard
      let test = evaluation(
        of: dataset.test, metrics, epoch: state.epoch - 1, isCancelled: isCancelled)
    else { return .cancelled }
    state.add(kernels)
    return .complete(result(of: state, test: test))
  }

  private func optimizer() -> Optimizer {
    Optimizer(
      configuration.training, parameterCount: sine.parameters.buffer.count, kernels: kernels,
      first: workspace.firstMoments, second: workspace.secondMoments)
  }

  private func result(of state: TrainingState, test: Evaluation = .none) -> TrialResult {
    // A kernel set that worked, was replaced and came back is named once.
    let kernels = state.kernels.reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    return TrialResult(
      bestEpoch: state.best?.epoch ?? state.epoch - 1, epochs: state.epoch,
      validScore: state.best?.score, unroundedScore: state.best?.unroundedScore,
      validMetrics: state.best?.metrics ?? [], testMetrics: test.metrics,
      kernels: kernels.joined(separator: "+"))
  }
}

/// The memory of one worker: parameters, gradients, optimiser state and tables.
///
/// The worker's first trial allocates the buffers, and later trials reuse them. One trainer uses a
/// workspace at a time.
package final class TrainerWorkspace {
  let model = SINEWorkspace()
  let parameters = AlignedBuffer<Float>()
  let bestParameters = AlignedBuffer<Float>()
  let gradients = AlignedBuffer<Float>()
  let firstMoments = AlignedBuffer<Float>()
  let secondMoments = AlignedBuffer<Float>()

  package init() {}
}
