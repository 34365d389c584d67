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
  /// Whether a step goes through the items a tile at a time and has gradients only for those items
  /// that a batch touches, and not for all V.
  let tilesItems: Bool

  /// The largest catalogue that has its gradients in full and whose logits, 8 MB of them for 64
  /// examples, are made once: a tile makes them twice.
  static let mostUntiledItems = 32_768

  /// - Parameter tilesItems: by the number of items where it is nil.
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
    self.init(
      width: model.embeddingSize, prototypes: model.prototypeSize, interests: model.interestSize,
      items: dataset.itemCount, positions: dataset.maxItemListLength, tilesItems: tilesItems)
  }

  /// The shape of the gradients that a step keeps: where items are tiled, those items that batches
  /// of up to `examples` touch have a row, all others none.
  func ofGradients(examples: Int, negatives: Int) -> SINEShape {
    guard tilesItems else { return self }
    return SINEShape(
      width: width, prototypes: prototypes, interests: interests,
      items: GradientRows.most(examples: examples, negatives: negatives, shape: self),
      positions: positions, tilesItems: true)
  }

  /// The fewest prototypes of which rounded ones find the best sooner than the scores of all.
  static let fewestPrototypesInBytes = 500

  /// Whether bounds of the scores are made first, where the kernel set has products of bytes.
  var boundsScores: Bool { prototypes >= Self.fewestPrototypesInBytes }

  /// Whether the products of every distinct item with every prototype are made once a batch, because
  /// they are fewer than half of the products that its positions need.
  func hasAffinity(slots: Int, positions: Int) -> Bool {
    2 * slots * prototypes < positions * interests
  }

  /// The floats of those products.
  func affinityFloats(slots: Int) -> Double {
    Double(slots) * Double(prototypes.roundedToRow)
  }

  /// The most floats of those products for which `hasAffinity` is true.
  func mostAffinityFloats(examples: Int) -> Double {
    let slots = Batch.mostSlots(examples: examples, shape: self)
    let products = Double(examples) * Double(positions) * Double(interests)
    let affordable = products / (2 * Double(prototypes))
    return min(1, affordable / Double(slots)) * affinityFloats(slots: slots)
  }

  /// Floats from row to row of everything D wide.
  var stride: Int { width.roundedToRow }
  /// Places that the positions of one example take at most.
  var capacity: Int { positions.roundedToRow }
}
