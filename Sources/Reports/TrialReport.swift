import Literals
import Storage
import Trials

/// What one training has led to, as lines.
package enum TrialReport {
  /// A training by itself.
  package static func lines(_ result: TrialResult, metric: String) -> [String] {
    ["", "best epoch \(result.bestEpoch) of \(result.epochs): \(score(result, metric))"]
      + metrics(result)
  }

  /// The best trial of a sweep; no lines if it has no result.
  package static func lines(
    best record: TrialRecord, metric: String, searchesSeed: Bool
  ) -> [String] {
    guard let result = record.result else { return [] }
    let point = record.trial.searchedValues(includingSeed: searchesSeed)
    return [
      "best trial \(record.trial.number): \(point)",
      "  \(score(result, metric)) at epoch \(result.bestEpoch) of \(result.epochs)",
    ] + metrics(result)
  }

  private static func score(_ result: TrialResult, _ metric: String) -> String {
    "\(metric) \(Format.score(result.validScore))"
  }

  private static func metrics(_ result: TrialResult) -> [String] {
    [
      "  valid  \(Format.line(result.validMetrics))",
      "  test   \(Format.line(result.testMetrics))",
    ]
  }
}

extension Trial {
  /// The searched values of the trial: its point, and its seed if seeds are searched.
  package func searchedValues(includingSeed searchesSeed: Bool) -> Point {
    guard searchesSeed else { return point }
    return Point(point.entries + [Point.Entry(name: "seed", value: .integer(seed))])
  }
}
