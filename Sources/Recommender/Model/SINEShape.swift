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

  /// - Precondition: every size is at least 1 and `interests` is at most `prototypes`.
  package init(width: Int, prototypes: Int, interests: Int, items: Int, positions: Int) {
    precondition(min(width, prototypes, interests, items, positions) >= 1)
    precondition(interests <= prototypes)
    self.width = width
    self.prototypes = prototypes
    self.interests = interests
    self.items = items
    self.positions = positions
  }

  package init(_ model: ModelConfiguration, dataset: Dataset) {
    self.init(
      width: model.embeddingSize, prototypes: model.prototypeSize, interests: model.interestSize,
      items: dataset.itemCount, positions: dataset.maxItemListLength)
  }

  /// Floats from row to row of everything D wide.
  var stride: Int { width.roundedToRow }
  /// Places that the positions of one example take at most.
  var capacity: Int { positions.roundedToRow }
}
