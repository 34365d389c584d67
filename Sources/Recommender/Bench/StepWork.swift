/// The matrix work that a training step needs, in floating-point operations (a multiply-add is two).
///
/// The work is every product with the D numbers of a row that no known rearrangement avoids. Tables
/// of items count once for each distinct item, images of prototypes once for each prototype, and
/// the padding of a history as one position. Exponentials, tanh, normalisations and the learner do
/// not count. A batch with B examples, P positions and S distinct items needs, with w = 2·D flops
/// for a product with a row:
///
///     tables           w·S·((D + 1)(k + 1) + D) + w·D·L      three kinds of tables; C·w3
///     forward          w·(P·(2 + 2k) + B·(L + 3k)) + A       z, scores, h·w4, δ, H; the mixture
///     loss             3·w·B·V                               logits, dv, dE
///                      3·w·B·(1 + n) under BPR               the same for n negatives
///     backward         w·(P·(3 + 4k) + 12·B·k) + 2·A         the gradients of the above
///     table gradients  w·S·((2·D + 1)(k + 1) + 2·D) + 2·w·D·L
///
/// A = w·min(P·k, S·L) assigns positions to interests, either for each position or, if there are
/// few prototypes, for each pair of an item and a prototype. The scores of all prototypes count,
/// although products of bytes may avoid most of them.
///
/// With a tiled catalogue, dE is work of the learner and not of the loss, of which it is a third.
/// The second computation of the logits of a tile does not count.
///
/// A batch of 2048 examples of ml-100k needs 1.81, 2.14, 3.18 and 5.07 Gflop for (prototype_size,
/// interest_size) = (50,3), (500,4), (50,16), (5000,16).
package struct StepWork: Hashable, Sendable {
  private let flops: [StepStage: Double]

  /// - Parameter negatives: the negatives of each example, 0 if the loss is over all items.
  package init(
    shape: SINEShape, examples: Int, positions: Int, slots: Int, negatives: Int = 0
  ) {
    let (d, k) = (Double(shape.width), Double(shape.interests))
    let (l, v) = (Double(shape.prototypes), Double(shape.items))
    let (b, p, s) = (Double(examples), Double(positions), Double(slots))
    let row = 2 * d
    let assignment = row * min(p * k, s * l)
    let product = row * b * (negatives > 0 ? Double(1 + negatives) : v)
    let isSplit = shape.tilesItems && negatives == 0
    flops = [
      .tables: row * s * ((d + 1) * (k + 1) + d) + row * d * l,
      .forward: row * (p * (2 + 2 * k) + b * (l + 3 * k)) + assignment,
      .loss: (isSplit ? 2 : 3) * product,
      .backward: row * (p * (3 + 4 * k) + 12 * b * k) + 2 * assignment,
      .tableGradients: row * s * ((2 * d + 1) * (k + 1) + 2 * d) + 2 * row * d * l,
      .learner: isSplit ? product : 0,
    ]
  }

  /// The work of a stage, 0 for a stage that only moves or updates numbers.
  package subscript(stage: StepStage) -> Double { flops[stage, default: 0] }

  /// The work of the whole step.
  package var total: Double { StepStage.allCases.reduce(0) { $0 + self[$1] } }
}

extension Configuration {
  /// The work of an epoch, in millions of floating-point operations, by which a budget compares
  /// points: the matrix work of `StepWork` for batches of mean size.
  ///
  /// It depends on the configuration and the data alone, never on the machine. From 1 to 2^31, so that
  /// sums over a sweep stay far from overflowing.
  package func workPerEpoch(on dataset: Dataset) -> Int {
    let count = dataset.train.count
    let batch = min(training.examplesPerBatch, count)
    guard batch > 0 else { return 1 }
    let positions = Int(Double(dataset.trainPositions) * Double(batch) / Double(count))
    let step = StepWork(
      shape: SINEShape(model, dataset: dataset), examples: batch, positions: positions,
      slots: min(dataset.itemCount, positions + 1), negatives: negativesPerExample)
    let epoch = step.total * Double(count) / Double(batch) / 1e6
    return Int(min(max(epoch.rounded(), 1), 0x1p31))
  }
}
