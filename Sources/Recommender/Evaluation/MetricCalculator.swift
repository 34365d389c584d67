import Literals

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

  /// True if `metrics` needs the recommended items and not only ranks.
  package var needsTopItems: Bool { configuration.metrics.contains { !$0.isAccuracy } }

  /// The number of items in each list of recommendations: the largest of `topk`.
  package var listLength: Int { configuration.topK.max() ?? 0 }

  /// Computes all configured metrics at all cut-offs, both in the configured order. There are none
  /// if there are no examples.
  ///
  /// - Parameters:
  ///   - ranks: the rank of each example's target among all items, counted from 1.
  ///   - topItems: the `listLength` best items of each example, best first, example after example.
  ///     They are read only if `needsTopItems` is true.
  package func metrics(ranks: [Int32], topItems: [Int32] = []) -> [MetricValue] {
    guard !ranks.isEmpty else { return [] }
    precondition(
      !needsTopItems || topItems.count == ranks.count * listLength,
      "the list of an example holds as many items as the largest cut-off")
    let lists = RecommendationLists(items: topItems, length: listLength)
    return configuration.metrics.flatMap { metric in
      configuration.topK.map { k in
        let value =
          metric.isAccuracy
          ? metric.meanAccuracy(ranks: ranks, k: k) : listMetric(metric, lists, k: k)
        return MetricValue(
          name: ValidMetric(kind: metric, k: k).description,
          value: value.rounded(decimalPlaces: configuration.metricDecimalPlace))
      }
    }
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
