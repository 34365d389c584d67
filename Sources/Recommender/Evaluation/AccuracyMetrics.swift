import Foundation

extension MetricKind {
  /// True if the metric follows from the rank of the target.
  var isAccuracy: Bool {
    switch self {
    case .recall, .mrr, .ndcg, .hit, .precision, .map: true
    case .itemCoverage, .averagePopularity, .shannonEntropy, .giniIndex, .tailPercentage: false
    }
  }

  /// The mean of the metric over all examples.
  ///
  /// The sum runs example by example, as numpy's sum along the first axis does. Another order would
  /// change the sixteenth digit, which is far below any `metric_decimal_place` in use.
  func meanAccuracy(ranks: [Int32], k: Int) -> Double {
    ranks.reduce(0) { $0 + accuracy(rank: Int($1), k: k) } / Double(ranks.count)
  }

  /// The metric of one example whose only positive item has this rank: 0 if the rank is beyond k,
  /// else Hit = Recall = 1, Precision = 1/k, MRR = MAP = 1/rank, NDCG = 1/log₂(rank + 1).
  private func accuracy(rank: Int, k: Int) -> Double {
    guard rank <= k else { return 0 }
    switch self {
    case .hit, .recall: return 1
    case .precision: return 1 / Double(k)
    case .mrr, .map: return 1 / Double(rank)
    case .ndcg: return 1 / log2(Double(rank + 1))
    case .itemCoverage, .averagePopularity, .shannonEntropy, .giniIndex, .tailPercentage:
      preconditionFailure("'\(self)' does not follow from ranks")
    }
  }
}
