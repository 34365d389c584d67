import Search
import Storage
import Trials

/// Which configuration a sweep recommends and how sure that is, as lines or as JSON.
///
/// It is not about the best run, whose score owes much to luck; see `TrialReport`.
package struct FindingsReport {
  private let findings: SweepFindings
  private let metric: String

  /// The most rows of the table.
  private static let mostRows = 10

  package init(_ findings: SweepFindings, metric: String) {
    self.findings = findings
    self.metric = metric
  }

  package var lines: [String] {
    guard let recommendation = findings.recommendation else { return confirmations }
    let best = recommendation.best
    return [
      "recommended configuration: \(best.point)",
      "  \(metric) \(Format.spread(best.mean, best.deviation)) expected of any seed, by "
        + seeds(of: best) + chance(recommendation),
    ] + rivals(recommendation) + confirmations + earlyEnds
  }

  /// The figures of the recommended configuration in a line, for a comment.
  package var summary: String? {
    findings.recommendation.map {
      "\(metric) \(Format.spread($0.best.mean, $0.best.deviation)) expected of any seed, by "
        + seeds(of: $0.best)
    }
  }

  private func seeds(of candidate: Recommendation.Candidate) -> String {
    let finished = Format.count(candidate.finished, "seed")
    return candidate.paused > 0 ? "\(finished) and \(candidate.paused) paused" : finished
  }

  private func chance(_ recommendation: Recommendation) -> String {
    guard recommendation.candidates.count > 1 else { return "" }
    return "; better than the next one with probability "
      + Format.fixed(recommendation.best.probabilityBelow, decimals: 2)
  }

  private func rivals(_ recommendation: Recommendation) -> [String] {
    let rivals = recommendation.indistinguishable
    let certainty = "\(Recommendation.certainty)"
    guard !rivals.isEmpty else {
      return recommendation.candidates.count > 1
        ? ["  it is better than every other one tried with probability \(certainty) or more"] : []
    }
    let names = recommendation.best.point.entries.map(\.name)
    var table = TextTable(header: [metric, "±", "seeds", "best", "P(worse)"] + names)
    for rival in rivals.prefix(Self.mostRows) {
      let (mean, deviation) = Format.spreadParts(rival.mean, rival.deviation)
      table.append(
        [
          mean, deviation, "\(rival.finished + rival.paused)", Format.score(rival.bestScore),
          Format.fixed(rival.probabilityBelow, decimals: 2),
        ] + names.map { rival.point[$0].map(Format.value) ?? "" })
    }
    let hidden = rivals.count - Self.mostRows
    let isOne = rivals.count == 1
    return [
      "  \(Format.count(rivals.count, "configuration")) \(isOne ? "is" : "are") not told apart from "
        + "it with probability \(certainty):"
    ] + table.lines.map { "    " + $0 } + (hidden > 0 ? ["    … and \(hidden) more"] : [])
  }

  private var confirmations: [String] {
    findings.confirmations.map { confirmation in
      let isRecommended = confirmation.point == findings.recommendation?.best.point
      let error =
        confirmation.standardError.map {
          "\(Format.spread(confirmation.mean, $0)) (mean ± standard error)"
        } ?? Format.spreadParts(confirmation.mean, 0).mean
      return "  confirmed" + (isRecommended ? "" : " \(confirmation.point)") + " by "
        + "\(Format.count(confirmation.seeds.count, "fresh seed")): \(metric) \(error), "
        + "used for no choice"
    }
  }

  private var earlyEnds: [String] {
    guard let ends = findings.earlyEnds, ends.early > 0 else { return [] }
    return [
      "  \(ends.early) of \(Format.count(ends.runs, "run")) ended within \(ends.epochs) epochs, two "
        + "patiences (stopping_step \(ends.stoppingStep)): a larger stopping_step lets late climbs "
        + "be seen"
    ]
  }
}

extension FindingsReport {
  /// A configuration as JSON.
  package struct Candidate: Encodable {
    let parameters: [String: JSONLiteral]
    let mean: Double
    let deviation: Double
    let finished: Int
    let paused: Int
    let bestScore: Double
    let probabilityWorse: Double?
  }

  /// The recommended configuration as JSON.
  package struct JSON: Encodable {
    let parameters: [String: JSONLiteral]
    let mean: Double
    let deviation: Double
    let finished: Int
    let paused: Int
    let bestScore: Double
    /// The probability that it is better than the next one; nil if there is no other.
    let probabilityBetter: Double?
    /// The standard deviation of a run's score around its configuration's mean.
    let noise: Double
    /// The others that it is better than with less than `certainty`, all of them.
    let certainty: Double
    let indistinguishable: [Candidate]
  }

  package var json: JSON? {
    guard let recommendation = findings.recommendation else { return nil }
    let best = recommendation.best
    return JSON(
      parameters: best.point.json, mean: best.mean, deviation: best.deviation,
      finished: best.finished, paused: best.paused, bestScore: best.bestScore,
      probabilityBetter: recommendation.candidates.count > 1 ? best.probabilityBelow : nil,
      noise: recommendation.noise, certainty: Recommendation.certainty,
      indistinguishable: recommendation.indistinguishable.map {
        Candidate(
          parameters: $0.point.json, mean: $0.mean, deviation: $0.deviation, finished: $0.finished,
          paused: $0.paused, bestScore: $0.bestScore, probabilityWorse: $0.probabilityBelow)
      })
  }

  /// A confirmed configuration as JSON.
  package struct ConfirmationJSON: Encodable {
    let parameters: [String: JSONLiteral]
    let seeds: [Int]
    let mean: Double
    let standardError: Double?
  }

  package var confirmationsJSON: [ConfirmationJSON] {
    findings.confirmations.map {
      ConfirmationJSON(
        parameters: $0.point.json, seeds: $0.seeds, mean: $0.mean,
        standardError: $0.standardError)
    }
  }

  /// How many runs ended early, as JSON.
  package struct EarlyEndsJSON: Encodable {
    let stoppingStep: Int
    let twoPatiences: Int
    let runs: Int
    let endedWithin: Int
  }

  package var earlyEndsJSON: EarlyEndsJSON? {
    findings.earlyEnds.map {
      EarlyEndsJSON(
        stoppingStep: $0.stoppingStep, twoPatiences: $0.epochs, runs: $0.runs,
        endedWithin: $0.early)
    }
  }
}
