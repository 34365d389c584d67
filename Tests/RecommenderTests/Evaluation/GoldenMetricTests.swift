import Foundation
import TestSupport
import Testing

@testable import Recommender

/// Score matrices evaluated as RecBole evaluates them.
struct GoldenMetricTests {
  struct Case: Decodable {
    let topk: [Int]
    let metric_decimal_place: Int
    let n_items: Int
    let scores: [[Double?]]
    let positives: [Int]
    let train_item_counts: [String: Int]
    let tail_ratio: Double
    let expected: [String: Double]

    /// The items of each row, best first. A score of null is minus infinity, and no scores are equal.
    var rankings: [[Int32]] {
      scores.map { row in
        row.indices.sorted { (row[$0] ?? -.infinity) > (row[$1] ?? -.infinity) }.map(Int32.init)
      }
    }
  }

  static let cases: [Case] = Fixture.goldenFiles("metrics").flatMap { file in
    (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
  }

  @Test("Every metric at every cut-off is RecBole's", arguments: cases.indices)
  func matchesRecBole(index: Int) throws {
    let golden = Self.cases[index]
    var configuration = EvaluationConfiguration()
    configuration.metrics = MetricKind.allCases
    configuration.topK = golden.topk
    configuration.metricDecimalPlace = golden.metric_decimal_place
    configuration.tailRatio = golden.tail_ratio
    let counts = (0..<golden.n_items).map { golden.train_item_counts["\($0)"] ?? 0 }
    let calculator = MetricCalculator(
      configuration, itemCount: golden.n_items, trainTargetCounts: TrainTargetCounts(counts: counts)
    )
    let rankings = golden.rankings
    let ranks = try zip(rankings, golden.positives).map { ranking, positive in
      Int32(try #require(ranking.firstIndex(of: Int32(positive))) + 1)
    }
    let metrics = calculator.evaluation(
      ranks: ranks, topItems: rankings.flatMap { $0.prefix(calculator.listLength) }
    ).metrics
    #expect(metrics.count == golden.expected.count)
    for metric in metrics {
      #expect(metric.value == golden.expected[metric.name], "\(metric.name)")
    }
  }

  @Test("The golden file has cases")
  func goldenCasesAreFound() {
    #expect(!Self.cases.isEmpty)
  }
}
