/// The SINE of the best epoch of a training: configuration, sizes and parameters.
///
/// The model does not know the tokens of items. Items have the numbers of the data set on which the
/// model was trained.
///
///     let checkpoint = try CheckpointFile(path: path).read()
///     let model = TrainedModel(checkpoint, configuration, dataDigest: "\(dataset.digest)")
///     let lists = ItemRanker(model).topItems(10, after: [[17, 4, 230]])
package struct TrainedModel {
  package let configuration: ModelConfiguration
  package let parameters: ParameterSet

  /// Reads the parameters of the best epoch, or of the last epoch if no epoch was evaluated. The
  /// result is nil if the checkpoint belongs to another configuration or to other data.
  ///
  /// - Parameter dataDigest: the description of `Dataset.digest`.
  package init?(_ checkpoint: Checkpoint, _ configuration: Configuration, dataDigest: String) {
    guard
      checkpoint.identity == Checkpoint.identity(of: configuration, dataDigest: dataDigest)
    else { return nil }
    let numbers = checkpoint.best == nil ? checkpoint.parameters : checkpoint.bestParameters
    guard let shape = SINEShape(configuration, parameterCount: numbers.count) else { return nil }
    self.configuration = configuration.model
    parameters = ParameterSet(shape)
    numbers.copy(to: parameters.buffer)
  }

  package var shape: SINEShape { parameters.shape }
}

extension SINEShape {
  /// The shape of the model with a number of parameters, padding included. The number of items
  /// follows from the other sizes. The result is nil if no number of items fits.
  fileprivate init?(_ configuration: Configuration, parameterCount: Int) {
    func shape(items: Int) -> SINEShape {
      let model = configuration.model
      return SINEShape(
        width: model.embeddingSize, prototypes: model.prototypeSize,
        interests: model.interestSize, items: items,
        positions: configuration.data.maxItemListLength)
    }
    let one = shape(items: 1)
    let rows = ParameterTensor.allCases.reduce(0) { $0 + $1.rows(one) }
    let items = parameterCount / one.stride - rows + 1
    guard parameterCount % one.stride == 0, items >= 1 else { return nil }
    self = shape(items: items)
  }
}

/// Ranks all items for histories of items. The examples of an evaluation get the same ranks as in
/// the evaluation if they are ranked in the same order.
///
/// A ranker has no memory for gradients. One thread uses it at a time.
package struct ItemRanker {
  private let model: TrainedModel
  private let kernels: KernelSet
  private let team: ThreadTeam
  let workspace = SINEWorkspace()

  /// - Parameter team: the threads that share the work. No rank depends on them.
  package init(
    _ model: TrainedModel, kernels: KernelSet = .fastest, team: ThreadTeam = .single
  ) {
    self.model = model
    self.kernels = kernels
    self.team = team
  }

  /// Returns the rank of each target after the history with the same index. The best of all items has
  /// rank 1.
  ///
  /// - Precondition: there are as many targets as histories, and the histories are as `topItems`
  ///   needs them.
  package func ranks(of targets: [Int32], after histories: [[Int32]]) -> [Int32] {
    precondition(targets.count == histories.count)
    return rank(targets, after: histories, top: nil).ranks
  }

  /// Returns the best items after each history, best first. The last `shape.positions` items of a
  /// long history count.
  ///
  /// - Precondition: no history is empty, every item is in 1 ..< `shape.items`, and there are
  ///   `count` items.
  package func topItems(_ count: Int, after histories: [[Int32]]) -> [[Int32]] {
    precondition(count > 0 && count < model.shape.items)
    let targets = [Int32](repeating: 1, count: histories.count)
    let items = rank(targets, after: histories, top: count).topItems
    return stride(from: 0, to: items.count, by: count).map { Array(items[$0..<$0 + count]) }
  }

  private func rank(
    _ targets: [Int32], after histories: [[Int32]], top: Int?
  ) -> (ranks: [Int32], topItems: [Int32]) {
    let size = Trainer.evaluationBatch
    let sine = SINE(
      model.configuration, parameters: model.parameters, gradients: nil, kernels: kernels,
      workspace: workspace, largestBatch: min(size, max(histories.count, 1)), negatives: 0,
      team: team)
    var (ranks, topItems): ([Int32], [Int32]) = ([], [])
    for start in stride(from: 0, to: histories.count, by: size) {
      let places = start..<min(start + size, histories.count)
      var items: [Int32] = []
      let examples = places.map { place in
        let history = histories[place].suffix(model.shape.positions)
        precondition(!history.isEmpty)
        precondition((history + [targets[place]]).allSatisfy { 1..<model.shape.items ~= Int($0) })
        defer { items += history }
        return Example(
          user: 0, start: Int32(items.count), length: Int32(history.count), target: targets[place])
      }
      sine.batch.fill(
        with: examples, at: 0..<Int32(examples.count), items: items,
        positions: model.shape.positions)
      sine.rank(top: top, ranks: &ranks, topItems: &topItems)
    }
    return (ranks, topItems)
  }
}
