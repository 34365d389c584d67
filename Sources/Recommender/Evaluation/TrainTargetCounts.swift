/// How often each item is the target of a training example: RecBole's measure of popularity.
///
/// A user's first interaction does not count, because it is the target of no example.
package struct TrainTargetCounts: Hashable, Sendable {
  /// Counts by item id, `[PAD]` included.
  package let counts: [Int]

  package init(counts: [Int]) {
    self.counts = counts
  }

  package init(_ dataset: Dataset) {
    var counts = Array(repeating: 0, count: dataset.itemCount)
    for example in dataset.train { counts[Int(example.target)] += 1 }
    self.counts = counts
  }
}

extension TrainTargetCounts {
  /// Tells for each item id whether the item belongs to RecBole's long tail. An item that never
  /// occurs does not.
  ///
  /// A ratio up to 1 is the share of the items that belong to the tail, at least one item: the
  /// rarest items first, and among equally rare items the lower ids first. If the ratio is above 1,
  /// it is the largest count of an item of the tail. A ratio of 0 or less means 0.1.
  func tailItems(ratio: Double) -> [Bool] {
    let ratio = ratio > 0 ? ratio : 0.1
    if ratio > 1 { return counts.map { $0 > 0 && Double($0) <= ratio } }
    let seen = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
    var tail = Array(repeating: false, count: counts.count)
    for item in seen.prefix(max(Int(Double(seen.count) * ratio), 1)) { tail[item] = true }
    return tail
  }
}
