import Literals
import Storage
import Trials

/// The result of one training as lines.
package enum TrialReport {
  /// Returns the lines for a training without a sweep.
  package static func lines(_ result: TrialResult, metric: String) -> [String] {
    ["", "best epoch \(result.bestEpoch) of \(result.epochs): \(score(result, metric))"]
      + metrics(result)
  }

  /// Returns the lines for a trial of a sweep; none if it has no result.
  package static func lines(
    _ record: TrialRecord, title: String = "best trial", metric: String, searchesSeed: Bool
  ) -> [String] {
    guard let result = record.result else { return [] }
    let point = record.trial.searchedValues(includingSeed: searchesSeed)
    return [
      "\(title) \(record.trial.number): \(point)",
      "  \(score(result, metric)) at epoch \(result.bestEpoch) of \(result.epochs)",
    ] + metrics(result)
  }

  /// Returns the lines for the best run of a sweep as a model to hand out.
  ///
  /// - Parameter checkpoint: The file with the model; nil if there is none.
  package static func lines(
    ofModel record: TrialRecord, metric: String, searchesSeed: Bool, checkpoint: String?
  ) -> [String] {
    var lines = lines(
      record, title: "best model, of trial", metric: metric, searchesSeed: searchesSeed)
    guard lines.count > 1 else { return [] }
    if !searchesSeed { lines[1] += ", seed \(record.trial.seed)" }
    return lines + (checkpoint.map { ["  checkpoint \($0)"] } ?? [])
  }

  /// Returns a remark on trials that might have won if they had had the time; nil if there is none.
  package static func note(on counts: TrialCounts) -> String? {
    guard counts.timedOut > 0 else { return nil }
    let isOne = counts.timedOut == 1
    return "\(Format.count(counts.timedOut, "trial")) timed out and \(isOne ? "was" : "were") not "
      + "compared"
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
  /// Returns the values that the sweep searched: the point, and the seed as a parameter if seeds are
  /// searched too.
  package func searchedValues(includingSeed searchesSeed: Bool) -> Point {
    guard searchesSeed else { return point }
    return Point(point.entries + [Point.Entry(name: "seed", value: .integer(seed))])
  }
}
