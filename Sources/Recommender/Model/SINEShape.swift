import CKernels

/// The sizes of one SINE: D, L, k, V, N and the row strides that follow from them.
package struct SINEShape: Hashable, Sendable {
  /// D, embedding_size.
  package let width: Int
  /// L, prototype_size.
  package let prototypes: Int
  /// k, interest_size.
  package let interests: Int
  /// V, the number of items with item 0.
  package let items: Int
  /// N, MAX_ITEM_LIST_LENGTH.
  package let positions: Int
  /// Whether a step works through the items tile by tile. Such a tiled catalogue has gradients only
  /// for the items of a batch, and not for all V.
  let tilesItems: Bool

  /// The largest catalogue that is not tiled. Its logits take 8 MB for 64 examples and are computed
  /// once, whereas tiles compute every logit twice.
  static let mostUntiledItems = 32_768

  /// - Parameter tilesItems: nil lets the number of items decide.
  /// - Precondition: every size is at least 1 and `interests` is at most `prototypes`.
  init(
    width: Int, prototypes: Int, interests: Int, items: Int, positions: Int,
    tilesItems: Bool? = nil
  ) {
    precondition(min(width, prototypes, interests, items, positions) >= 1)
    precondition(interests <= prototypes)
    self.width = width
    self.prototypes = prototypes
    self.interests = interests
    self.items = items
    self.positions = positions
    self.tilesItems = tilesItems ?? (items > Self.mostUntiledItems)
  }

  init(_ model: ModelConfiguration, dataset: Dataset, tilesItems: Bool? = nil) {
    self.init(model, dataset: dataset.size, tilesItems: tilesItems)
  }

  init(_ model: ModelConfiguration, dataset: DatasetSize, tilesItems: Bool? = nil) {
    self.init(
      width: model.embeddingSize, prototypes: model.prototypeSize, interests: model.interestSize,
      items: dataset.itemCount, positions: dataset.maxItemListLength, tilesItems: tilesItems)
  }

  /// The shape of the gradients that a step keeps. With a tiled catalogue, there are rows only for
  /// the items that a batch of up to `examples` can contain.
  func gradientShape(examples: Int, negatives: Int) -> SINEShape {
    guard tilesItems else { return self }
    return SINEShape(
      width: width, prototypes: prototypes, interests: interests,
      items: GradientRows.mostRows(examples: examples, negatives: negatives, shape: self),
      positions: positions, tilesItems: true)
  }

  /// The fewest prototypes for which a search with rounded prototypes is faster than computing
  /// every score.
  static let fewestPrototypesInBytes = 500

  /// Whether bounds of the scores are computed first, if the kernel set has products of bytes.
  var boundsScores: Bool { prototypes >= Self.fewestPrototypesInBytes }

  /// Whether the products of every slot with every prototype are computed once a batch, because
  /// there are fewer than half as many as the positions of the batch need.
  func hasAffinity(slots: Int, positions: Int) -> Bool {
    2 * slots * prototypes < positions * interests
  }

  /// The floats of these products for a number of slots.
  func affinityFloats(slots: Int) -> Double {
    Double(slots) * Double(prototypes.roundedToRow)
  }

  /// The most floats of these products in a batch for which `hasAffinity` is true.
  func mostAffinityFloats(examples: Int) -> Double {
    let slots = Batch.mostSlots(examples: examples, shape: self)
    let products = Double(examples) * Double(positions) * Double(interests)
    let affordable = products / (2 * Double(prototypes))
    return min(1, affordable / Double(slots)) * affinityFloats(slots: slots)
  }

  /// The floats from row to row of a matrix with D columns.
  var stride: Int { width.roundedToRow }
  /// The most places that the positions of one example take.
  var capacity: Int { positions.roundedToRow }
}

extension Int {
  /// The next multiple of 16: the floats from row to row of a matrix with this many columns.
  var roundedToRow: Int {
    let multiple = ck_row_multiple
    // No machine holds so large a row, but `WorkingSet` counts it.
    guard self <= .max - multiple else { return self }
    return (self + multiple - 1) / multiple * multiple
  }
}
