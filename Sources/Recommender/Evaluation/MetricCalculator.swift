import Foundation
import Literals
import Trials

/// The metrics of one evaluation.
package struct Evaluation: Hashable, Sendable {
  /// All configured metrics, rounded, at all cut-offs and in the configured order. There are none
  /// if there were no examples.
  package let metrics: [Metric]
  /// The value of the valid metric in `metrics`, nil if it was not measured.
  package let score: Double?
  /// The value of the valid metric before rounding. It decides nothing.
  package let unroundedScore: Double?

  static let none = Evaluation(metrics: [], score: nil, unroundedScore: nil)
}

/// Turns rankings into RecBole's metrics.
///
/// Every evaluated example has one positive item, its target, so that the rank of the target
/// decides every accuracy metric. Metrics of coverage and popularity need the recommended items as
/// well.
package struct MetricCalculator: Sendable {
  private let configuration: EvaluationConfiguration
  private let itemCount: Int
  private let popularity: TrainTargetCounts
  private let tailItems: [Bool]

  /// `itemCount` includes `[PAD]`, as RecBole counts.
  package init(
    _ configuration: EvaluationConfiguration, itemCount: Int, trainTargetCounts: TrainTargetCounts
  ) {
    precondition(configuration.topK.allSatisfy { $0 > 0 }, "a cut-off is positive")
    precondition(trainTargetCounts.counts.count == itemCount, "one count for each item")
    self.configuration = configuration
    self.itemCount = itemCount
    popularity = trainTargetCounts
    tailItems = trainTargetCounts.tailItems(ratio: configuration.tailRatio)
  }

  /// True if an evaluation needs the recommended items and not only ranks.
  package var needsTopItems: Bool { configuration.metrics.contains { !$0.isAccuracy } }

  /// The number of items in each list of recommendations: the largest of `topk`.
  package var listLength: Int { configuration.topK.max() ?? 0 }

  /// Computes all configured metrics at all cut-offs, both in the configured order.
  ///
  /// - Parameters:
  ///   - ranks: the rank of each example's target among all items, counted from 1.
  ///   - topItems: the `listLength` best items of each example, best first, example after example.
  ///     They are read only if `needsTopItems` is true.
  package func evaluation(ranks: [Int32], topItems: [Int32] = []) -> Evaluation {
    guard !ranks.isEmpty else { return .none }
    precondition(
      !needsTopItems || topItems.count == ranks.count * listLength,
      "the list of an example holds as many items as the largest cut-off")
    let lists = RecommendationLists(items: topItems, length: listLength)
    let figures = configuration.metrics.flatMap { metric in
      configuration.topK.map { k in
        let value =
          metric.isAccuracy
          ? metric.meanAccuracy(ranks: ranks, k: k) : listMetric(metric, lists, k: k)
        return (metric: ValidMetric(kind: metric, k: k), value: value)
      }
    }
    let deciding = figures.first { $0.metric == configuration.validMetric }?.value
    return Evaluation(
      metrics: figures.map { Metric(name: $0.metric.description, value: rounded($0.value)) },
      score: deciding.map(rounded), unroundedScore: deciding)
  }

  private func rounded(_ value: Double) -> Double {
    value.rounded(decimalPlaces: configuration.metricDecimalPlace)
  }

  private func listMetric(_ metric: MetricKind, _ lists: RecommendationLists, k: Int) -> Double {
    switch metric {
    case .itemCoverage:
      lists.coverage(k: k, itemCount: itemCount)
    case .shannonEntropy:
      lists.shannonEntropy(k: k, itemCount: itemCount)
    case .giniIndex:
      lists.giniIndex(k: k, itemCount: itemCount)
    case .averagePopularity:
      lists.meanOfLists(k: k) { popularity.counts[Int($0)] }
    case .tailPercentage:
      lists.meanOfLists(k: k) { tailItems[Int($0)] ? 1 : 0 }
    case .recall, .mrr, .ndcg, .hit, .precision, .map:
      preconditionFailure("'\(metric)' follows from ranks")
    }
  }
}

extension EvaluationConfiguration {
  /// An error for each cut-off that a data set with so many items, `[PAD]` included, is too small
  /// for.
  package func problems(itemCount: Int) -> [Diagnostic] {
    topK.filter { $0 >= itemCount }.map { k in
      Diagnostic(
        .error, "'topk' is at most the number of items, found \(k) with \(itemCount - 1) items"
      )
    }
  }
}

extension Double {
  /// Rounds as numpy does: scales by a power of ten, rounds half to even, and scales back.
  ///
  /// Python's own `round` rounds the decimal number, which differs in the last place now and then.
  func rounded(decimalPlaces: Int) -> Double {
    let scale = pow(10, Double(decimalPlaces.magnitude))
    let rounded =
      decimalPlaces < 0
      ? (self / scale).rounded(.toNearestOrEven) * scale
      : (self * scale).rounded(.toNearestOrEven) / scale
    return rounded.isFinite ? rounded : self
  }
}
