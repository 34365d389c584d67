import Trials

/// What is measured, at which cut-offs, and which figure decides.
package struct EvaluationConfiguration: Hashable, Sendable {
  package var metrics: [MetricKind] = [.recall, .mrr, .ndcg, .hit, .precision]
  package var topK = [10]
  package var validMetric = ValidMetric(kind: .mrr, k: 10)
  /// Metrics are rounded to this many decimals, and compared after that, as RecBole does.
  package var metricDecimalPlace = 4
  package var evalBatchSize = 4096
  package var tailRatio = 0.1

  package init() {}
}

/// RecBole's `valid_metric`, such as `MRR@10`.
package struct ValidMetric: Hashable, Sendable, CustomStringConvertible {
  package var kind: MetricKind
  package var k: Int

  package init(kind: MetricKind, k: Int) {
    self.kind = kind
    self.k = k
  }

  /// The name under which metrics are reported: `mrr@10`.
  package var description: String { "\(kind.rawValue)@\(k)" }
}

/// A ranking metric by RecBole's lower-case name.
package enum MetricKind: String, Hashable, Sendable, CaseIterable {
  case recall, mrr, ndcg, hit, precision, map
  case itemCoverage = "itemcoverage"
  case averagePopularity = "averagepopularity"
  case shannonEntropy = "shannonentropy"
  case giniIndex = "giniindex"
  case tailPercentage = "tailpercentage"

  /// RecBole minimises two of the metrics.
  package var direction: Direction {
    self == .averagePopularity || self == .giniIndex ? .minimize : .maximize
  }
}
