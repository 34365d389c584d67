/// The state that a training keeps from epoch to epoch, besides the parameters.
struct TrainingState {
  /// The number of the next epoch, which is also the number of trained epochs.
  var epoch = 0
  /// True if no epoch follows.
  var isComplete: Bool
  /// The kernel sets that computed the epochs, as in `Checkpoint.kernels`.
  var kernels: [String] = []
  var best: Checkpoint.Best?
  var stopping: EarlyStopping
  var order: BatchOrder
  var negatives: NumPyRandom
  var optimizer: Optimizer
  private let epochs: Int

  /// Starts before the first epoch, and initialises the parameters.
  init(
    initializing parameters: ParameterSet, _ optimizer: Optimizer, _ configuration: Configuration,
    _ dataset: Dataset
  ) {
    let training = configuration.training
    epochs = training.epochs
    isComplete = training.epochs <= 0
    stopping = EarlyStopping(
      stoppingStep: training.stoppingStep,
      direction: configuration.evaluation.validMetric.kind.direction)
    order = BatchOrder(seed: training.seed, count: dataset.train.count, shuffle: training.shuffle)
    negatives = parameters.initialize(seed: training.seed)
    self.optimizer = optimizer
  }

  /// Adds a kernel set if it is not the last set.
  mutating func add(_ set: KernelSet) {
    if kernels.last != set.name { kernels.append(set.name) }
  }

  /// Counts an epoch, and returns true if its parameters are the best so far.
  mutating func endEpoch(_ evaluation: Evaluation) -> Bool {
    defer { epoch += 1 }
    isComplete = epoch + 1 >= epochs
    guard let score = evaluation.score, let unroundedScore = evaluation.unroundedScore else {
      return false
    }
    let decision = stopping.update(score)
    isComplete = isComplete || decision.shouldStop
    if decision.isBest {
      best = Checkpoint.Best(
        epoch: epoch, score: score, unroundedScore: unroundedScore, metrics: evaluation.metrics)
    }
    return decision.isBest
  }
}
