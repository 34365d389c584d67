/// The sizes of a data set by which the memory of a trial is known before its data are made.
package struct DatasetSize: Hashable, Sendable {
  /// The number of items with `[PAD]`.
  package let itemCount: Int
  /// RecBole's MAX_ITEM_LIST_LENGTH, which changes no other size.
  package var maxItemListLength: Int
  package let train: Int
  package let valid: Int
  package let test: Int
  /// The bytes of the data set itself.
  package let bytes: Double
}

extension Dataset {
  package var size: DatasetSize {
    let examples = train.count + valid.count + test.count
    return DatasetSize(
      itemCount: itemCount, maxItemListLength: maxItemListLength, train: train.count,
      valid: valid.count, test: test.count,
      bytes: Double(items.count * MemoryLayout<Int32>.stride)
        + Double(examples * MemoryLayout<Example>.stride)
        + Double((userCount + itemCount) * MemoryLayout<String>.stride))
  }
}
