import Foundation

extension Checkpoint {
  /// The digest of a training's configuration and data. With the kernel set they decide all its
  /// numbers; the place of the data decides nothing.
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

  /// True if this training can go on from a checkpoint.
  ///
  /// - Parameter fromOtherKernels: whether the last epoch may have been made by another kernel set.
  ///   The result then names all sets, since its numbers are not the work of a single one.
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

  /// - Precondition: `accepts(checkpoint, fromOtherKernels: true)`.
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
