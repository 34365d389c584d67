import Foundation
import Literals
import Trials

/// What an evaluation shows.
package struct Evaluation: Hashable, Sendable {
  /// All configured metrics, rounded, and for each the cut-offs in the configured order; none
  /// without examples.
  package let metrics: [Metric]
  /// The valid metric as it stands among `metrics`; nil if it was not measured.
  package let score: Double?
  /// The valid metric before rounding. It decides nothing.
  package let unroundedScore: Double?

  static let none = Evaluation(metrics: [], score: nil, unroundedScore: nil)
}

/// Turns rankings into RecBole's metrics.
///
/// Every evaluated example has one positive, its target, so that each accuracy metric follows from
/// the target's rank alone. Metrics of coverage and popularity need the recommended items as well.
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

  /// Items that each list of recommendations holds: the largest of `topk`.
  package var listLength: Int { configuration.topK.max() ?? 0 }

  /// Measures rankings.
  ///
  /// - Parameters:
  ///   - ranks: 1-based rank of each example's target among all items.
  ///   - topItems: the `listLength` best items of each example, best first, example after example;
  ///     read only if `needsTopItems`.
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
  /// What cannot be measured on a data set of this size, `[PAD]` included.
  package func problems(itemCount: Int) -> [Diagnostic] {
    topK.filter { $0 >= itemCount }.map { k in
      Diagnostic(
        .error, "'topk' is at most the number of items, found \(k) with \(itemCount - 1) items"
      )
    }
  }
}

extension Double {
  /// Rounds as numpy does: scaled by a power of ten, half to even, scaled back.
  ///
  /// Not the decimal rounding of Python's own `round`: the two differ in the last place now and then.
  func rounded(decimalPlaces: Int) -> Double {
    let scale = pow(10, Double(decimalPlaces.magnitude))
    let rounded =
      decimalPlaces < 0
      ? (self / scale).rounded(.toNearestOrEven) * scale
      : (self * scale).rounded(.toNearestOrEven) / scale
    return rounded.isFinite ? rounded : self
  }
}
