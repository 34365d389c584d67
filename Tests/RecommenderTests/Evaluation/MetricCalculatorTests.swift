import Literals
import Testing
import Trials

@testable import Recommender

struct MetricCalculatorTests {
  private func calculator(
    _ metrics: [MetricKind], topK: [Int], counts: [Int] = Array(repeating: 0, count: 6),
    decimals: Int = 4, tailRatio: Double = 0.1, valid: ValidMetric = ValidMetric(kind: .mrr, k: 10)
  ) -> MetricCalculator {
    var configuration = EvaluationConfiguration()
    configuration.metrics = metrics
    configuration.topK = topK
    configuration.metricDecimalPlace = decimals
    configuration.tailRatio = tailRatio
    configuration.validMetric = valid
    return MetricCalculator(
      configuration, itemCount: counts.count, trainTargetCounts: TrainTargetCounts(counts: counts))
  }

  @Test("Metrics come in the configured order, and so do the cut-offs of each metric")
  func order() {
    let values = calculator([.ndcg, .hit], topK: [5, 1]).evaluation(ranks: [1, 3, 9])
    #expect(
      values.metrics == [
        Metric(name: "ndcg@5", value: 0.5), Metric(name: "ndcg@1", value: 0.3333),
        Metric(name: "hit@5", value: 0.6667), Metric(name: "hit@1", value: 0.3333),
      ])
  }

  @Test("With one positive, recall is hit, MAP is MRR, and precision is hit over k")
  func relations() {
    let values = calculator([.recall, .hit, .mrr, .map, .precision], topK: [4], decimals: 6)
      .evaluation(ranks: [1, 2, 4, 5, 100])
    #expect(values.metrics.map(\.value) == [0.6, 0.6, 0.35, 0.35, 0.15])
  }

  @Test("Only metrics of recommendations need the items")
  func neededItems() {
    #expect(!calculator([.recall, .mrr, .ndcg, .hit, .precision, .map], topK: [1]).needsTopItems)
    for metric in MetricKind.allCases.suffix(5) {
      #expect(calculator([.mrr, metric], topK: [1]).needsTopItems)
    }
    #expect(calculator([.mrr], topK: [5, 20, 10]).listLength == 20)
  }

  @Test("Without examples there are no metrics")
  func empty() {
    #expect(calculator(MetricKind.allCases, topK: [3]).evaluation(ranks: []) == .none)
  }

  @Test("Coverage and popularity look at the first k of every list")
  func lists() {
    let metrics: [MetricKind] = [
      .itemCoverage, .averagePopularity, .shannonEntropy, .giniIndex, .tailPercentage,
    ]
    let calculator = calculator(metrics, topK: [1, 2], counts: [0, 4, 1, 0, 7, 2])
    let values = calculator.evaluation(ranks: [1, 2], topItems: [1, 2, 1, 5]).metrics
    #expect(
      values == [
        // Items 1 | 1, 2, 5 of six.
        Metric(name: "itemcoverage@1", value: 0.1667),
        Metric(name: "itemcoverage@2", value: 0.5),
        // (4 + 4) / 2 | ((4 + 1) / 2 + (4 + 2) / 2) / 2.
        Metric(name: "averagepopularity@1", value: 4),
        Metric(name: "averagepopularity@2", value: 2.75),
        // 0 | (½ ln 2 + 2 · ¼ ln 4) / 3.
        Metric(name: "shannonentropy@1", value: 0),
        Metric(name: "shannonentropy@2", value: 0.3466),
        // Counts 0 0 0 0 0 2 | 0 0 0 1 1 2.
        Metric(name: "giniindex@1", value: 0.8333),
        Metric(name: "giniindex@2", value: 0.5833),
        // The rarest item is 2.
        Metric(name: "tailpercentage@1", value: 0),
        Metric(name: "tailpercentage@2", value: 0.25),
      ])
  }

  @Test(
    "The tail is a share of the items that occur, or the items up to a count",
    arguments: [
      (0.1, [2]), (0.5, [2, 3]), (0.75, [2, 3, 5]), (1.0, [1, 2, 3, 4, 5]), (0.0, [2]),
      (-1.0, [2]), (2.0, [2, 3, 5]), (1.5, [2]),
    ])
  func tail(ratio: Double, expected: [Int]) {
    let tail = TrainTargetCounts(counts: [0, 4, 1, 2, 7, 2, 0]).tailItems(ratio: ratio)
    #expect(tail.indices.filter { tail[$0] } == expected)
  }

  @Test(
    "Rounding is numpy's",
    arguments: [
      (0.12345, 4, 0.1234), (0.00005, 4, 0), (0.00015, 4, 0.0001), (0.5, 0, 0), (1.5, 0, 2),
      (2.675, 2, 2.68), (1234.5, -2, 1200), (0.1, 400, 0.1), (1e300, 20, 1e300),
    ])
  func rounding(value: Double, decimals: Int, expected: Double) {
    #expect(value.rounded(decimalPlaces: decimals) == expected)
  }

  @Test("The score is the valid metric, rounded and unrounded")
  func score() {
    func evaluation(_ kind: MetricKind, _ k: Int) -> Evaluation {
      calculator([.mrr, .ndcg], topK: [1, 10], valid: ValidMetric(kind: kind, k: k))
        .evaluation(ranks: [3])
    }
    #expect(evaluation(.mrr, 10).score == 0.3333)
    #expect(evaluation(.mrr, 10).unroundedScore == 1.0 / 3)
    #expect(evaluation(.mrr, 1).score == 0)
    #expect(evaluation(.mrr, 1).unroundedScore == 0)
    #expect(evaluation(.hit, 10).score == nil)
    #expect(evaluation(.hit, 10).unroundedScore == nil)
  }

  @Test("Cut-offs beyond the number of items are problems")
  func problems() {
    var configuration = EvaluationConfiguration()
    configuration.topK = [5, 10, 20]
    #expect(configuration.problems(itemCount: 21).isEmpty)
    #expect(
      configuration.problems(itemCount: 11).map(\.description) == [
        "error: 'topk' is at most the number of items, found 20 with 10 items"
      ])
  }
}
