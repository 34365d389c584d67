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
