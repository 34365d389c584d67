import Foundation

extension Checkpoint {
  /// The digest of a training's configuration and data. Configuration, data and kernel set decide all
  /// results of the training. The path of the data decides nothing, and is not in the digest.
  ///
  /// - Parameter dataDigest: the description of `Dataset.digest`.
  package static func identity(
    of configuration: Configuration, dataDigest: String
  ) -> ContentDigest {
    let values = configuration.recBoleValues.filter { $0.key != "data_path" }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let facts = values + ["data=\(dataDigest)"]
    return ContentDigest(of: Data(facts.joined(separator: "\n").utf8))
  }
}

extension Trainer {
  package var identity: ContentDigest {
    Checkpoint.identity(of: configuration, dataDigest: "\(dataset.digest)")
  }

  /// True if this training can continue from a checkpoint.
  ///
  /// - Parameter fromOtherKernels: true if another kernel set may have computed the last epoch. The
  ///   result of the training then names all kernel sets.
  package func accepts(_ checkpoint: Checkpoint, fromOtherKernels: Bool = false) -> Bool {
    let count = sine.parameters.buffer.count
    let moments = configuration.training.learner.momentCount
    return checkpoint.identity == identity
      && (fromOtherKernels || checkpoint.kernels.last == kernels.name)
      && checkpoint.epochs > 0 && checkpoint.epochs <= configuration.training.epochs
      && (checkpoint.isComplete || checkpoint.epochs < configuration.training.epochs)
      && checkpoint.parameters.count == count
      && checkpoint.optimizer.moments.map(\.count) == Array(repeating: count, count: moments)
  }

  /// Puts a checkpoint into the state and into the parameters.
  ///
  /// - Precondition: `accepts(checkpoint, fromOtherKernels: true)` is true.
  func restore(_ checkpoint: Checkpoint, to state: inout TrainingState) {
    precondition(accepts(checkpoint, fromOtherKernels: true))
    state.epoch = checkpoint.epochs
    state.isComplete = checkpoint.isComplete
    state.kernels = checkpoint.kernels
    state.best = checkpoint.best
    state.stopping = EarlyStopping(
      stoppingStep: state.stopping.stoppingStep, direction: state.stopping.direction,
      best: checkpoint.best?.score, evaluationsWithoutGain: checkpoint.evaluationsWithoutGain)
    state.order = BatchOrder(
      checkpoint.order, count: dataset.train.count, shuffle: configuration.training.shuffle)
    state.negatives = checkpoint.negatives
    state.optimizer.restore(checkpoint.optimizer)
    checkpoint.parameters.copy(to: sine.parameters.buffer)
    checkpoint.bestParameters.copy(to: workspace.bestParameters)
  }

  /// The checkpoint of a state, which shares the memory of this training.
  func checkpoint(of state: TrainingState) -> Checkpoint {
    Checkpoint(
      identity: identity, kernels: state.kernels, epochs: state.epoch,
      isComplete: state.isComplete, parameters: .live(sine.parameters.buffer),
      bestParameters: state.best == nil ? .none : .live(workspace.bestParameters),
      best: state.best, optimizer: state.optimizer.state,
      evaluationsWithoutGain: state.stopping.evaluationsWithoutGain, order: state.order.random,
      negatives: state.negatives)
  }
}
