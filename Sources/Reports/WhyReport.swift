import Foundation
import Search
import Storage
import Trials

/// Why a trial was trained as it was: each of its decisions in words, or as JSON.
package struct WhyReport {
  private let sweep: SweepRecord
  private let trial: TrialRecord
  private let decisions: [DecisionRecord]
  /// The trials whose decisions had been made and not been seen, by the number of the decision.
  private let pending: [Int: [Int]]

  /// The most pending trials that a line names.
  private static let mostPending = 12

  package init(
    _ trial: TrialRecord, of sweep: SweepRecord, decisions: [DecisionRecord],
    pending: [Int: [Int]]
  ) {
    self.sweep = sweep
    self.trial = trial
    self.decisions = decisions
    self.pending = pending
  }

  package var lines: [String] {
    let point = trial.trial.searchedValues(includingSeed: sweep.searchesSeed)
    return [
      "trial \(trial.trial.number) of \(sweep.name): \(point)"
        + (sweep.searchesSeed ? "" : ", seed \(trial.trial.seed)")
    ] + decisions.flatMap { ["", head(of: $0)] + facts(of: $0).map { "  " + $0 } }
  }

  private func head(of decision: DecisionRecord) -> String {
    let start = decision.from == 0 ? "train it" : "go on from epoch \(decision.from)"
    let end = decision.until.map { " until epoch \($0)" } ?? " to its end"
    let again = decision.purpose == .retry ? " once more" : ""
    return "decision \(decision.number): \(start)\(again)\(end)"
  }

  private func facts(of decision: DecisionRecord) -> [String] {
    ["seen     \(seen(by: decision))", "rule     \(rule(of: decision))"]
      + (decision.why?.model).map { ["model    \(words(for: $0))"] }.orNone
      + ["charge   \(charge(of: decision))", "outcome  \(outcome(of: decision))"]
  }

  // MARK: - What it saw

  private func seen(by decision: DecisionRecord) -> String {
    guard let seen = decision.seen else { return "nothing: it looked at no outcome" }
    let known =
      seen == 0
      ? "no outcome"
      : seen == 1 ? "the outcome of decision 0" : "the outcomes of decisions 0 … \(seen - 1)"
    let trials = pending[decision.number] ?? []
    guard !trials.isEmpty else { return known + "; nothing was pending" }
    let hidden = trials.count - Self.mostPending
    return known + "; pending: \(trials.count == 1 ? "trial" : "trials") "
      + trials.prefix(Self.mostPending).map { "\($0)" }.joined(separator: ", ")
      + (hidden > 0 ? " and \(hidden) more" : "")
  }

  // MARK: - The rule

  private func rule(of decision: DecisionRecord) -> String {
    guard let why = decision.why else {
      switch decision.purpose {
      case .retry: return "it is tried again: it had failed, or its row had been deleted"
      case .imported: return "the user named the point"
      case .search, .confirm: return "nobody noted why"
      }
    }
    return sentence(why, decision) + expectation(why)
  }

  private func sentence(_ why: Rationale, _ decision: DecisionRecord) -> String {
    let value = why.value.map(Self.figure)
    let choices = why.choices.map { Format.count($0, "choice") }
    switch why.rule {
    case .sampled:
      return "the next point of '\(sweep.sampler)', which compares nothing"
    case .spread:
      return "the start fills the space: no point is farther from those that had been begun"
    case .density:
      return
        "of \(choices ?? "the draws"), the point has the greatest density among good points for "
        + "that among the others, \(value ?? "unknown")" + runnerUp(why, "had")
    case .gain:
      return
        "of \(choices ?? "all points"), a run of this one is expected to raise the score of the "
        + "recommended point most for its work: \(value ?? "unknown") an epoch"
        + runnerUp(why, "would have")
    case .screen:
      return "a step of the screen: many points for a few epochs, the better ones until epoch "
        + "\(why.rung.map { "\($0)" } ?? "-")"
    case .finish:
      return
        "of \(why.choices.map { Format.count($0, "paused trial") } ?? "the paused trials"), it is "
        + "expected to end best, at \(value ?? "unknown"), and a share of the work is for them"
        + runnerUp(why, "at")
    case .promotion:
      return
        "it was among the best of \(why.choices.map { Format.count($0, "trial") } ?? "the trials")"
        + " at the rung of \(why.rung.map { Format.count($0, "epoch") } ?? "-"), with \(value ?? "no score")"
        + runnerUp(why, "had")
    case .replicate: return "the point gets another seed"
    case .named: return "the user named the point"
    case .delivery:
      return
        "the search is over, and this paused trial of the recommended point is expected to be its "
        + "best model, at \(value ?? "unknown")"
    case .confirmation:
      return
        "the search is over; a fresh seed tells the score of the recommended point without luck, "
        + "and is used for no choice"
    }
  }

  /// `; next best: interest_size:4 had 0.0271`
  private func runnerUp(_ why: Rationale, _ verb: String) -> String {
    why.runnerUp.map { "; next best: \($0.point), which \(verb) \(Self.figure($0.value))" }?
      .replacing("which at", with: "expected at") ?? ""
  }

  private func expectation(_ why: Rationale) -> String {
    guard let mean = why.mean else { return "" }
    return "; the model expected \(sweep.validMetric) "
      + (why.deviation.map { Format.spread(mean, $0) } ?? Format.spreadParts(mean, 0).mean)
      + " of the point"
  }

  private func words(for model: Rationale.Model) -> String {
    let lengths = model.lengths.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Self.figure($0.value))" }.joined(separator: ", ")
    return "all points have \(Format.spreadParts(model.level, 0).mean) on average, a seed adds "
      + "± \(Format.fixed(model.noise, decimals: 4)); reach of the parameters: \(lengths); "
      + "additive share \(Self.figure(model.additive)), own effect \(Self.figure(model.own)), luck "
      + "\(Self.figure(model.noiseRatio)) times the points' variance"
  }

  // MARK: - What it cost and brought

  private func charge(of decision: DecisionRecord) -> String {
    guard decision.purpose != .confirm else { return "nothing: no budget counts it" }
    return "\(epochs(decision.charge, decision)) expected, work \(decision.workPerEpoch) each"
  }

  private func outcome(of decision: DecisionRecord) -> String {
    guard let ending = decision.ending else { return "none yet" }
    let outcome = ending.outcome
    let cost = "; \(epochs(outcome.cost, decision)) trained"
    let best =
      outcome.score.map { score in
        ", \(sweep.validMetric) \(Format.score(score))"
          + (outcome.bestEpoch.map { " at epoch \($0)" } ?? "")
      } ?? ""
    switch outcome.kind {
    case .complete: return "complete after \(Format.count(outcome.epochs, "epoch"))\(best)\(cost)"
    case .paused: return "paused after \(Format.count(outcome.epochs, "epoch"))\(best)\(cost)"
    case .failed:
      return "failed"
        + (ending.reason.map { ", \($0)" } ?? "") + (ending.message.map { ": \($0)" } ?? "") + cost
    case .withdrawn: return "withdrawn: it lies outside the space that is searched now"
    }
  }

  private func epochs(_ work: Int, _ decision: DecisionRecord) -> String {
    let epochs = Double(work) / Double(max(decision.workPerEpoch, 1))
    guard let whole = Int(exactly: epochs) else {
      return Format.fixed(epochs, decimals: 1) + " epochs"
    }
    return Format.count(whole, "epoch")
  }

  /// Returns a number of any size with three digits.
  private static func figure(_ value: Double) -> String { String(format: "%.3g", value) }
}

extension Optional where Wrapped == [String] {
  fileprivate var orNone: [String] { self ?? [] }
}

extension WhyReport {
  /// A decision as one JSON object.
  package struct DecisionJSON: Encodable {
    let decision: Int
    let from: Int
    let until: Int?
    let purpose: String
    let seen: Int?
    let pending: [Int]
    let charge: Int
    let workPerEpoch: Int
    let created: String
    let rule: String?
    let value: Double?
    let choices: Int?
    let rung: Int?
    let mean: Double?
    let deviation: Double?
    let runnerUp: Alternative?
    let model: Rationale.Model?
    let outcome: String?
    let epochs: Int?
    let bestEpoch: Int?
    let score: Double?
    let cost: Int?
    let words: String
  }

  package struct Alternative: Encodable {
    let parameters: [String: JSONLiteral]
    let value: Double
  }

  package struct JSON: Encodable {
    let sweep: String
    let trial: Int
    let parameters: [String: JSONLiteral]
    let seed: Int
    let decisions: [DecisionJSON]
  }

  package var json: JSON {
    JSON(
      sweep: sweep.name, trial: trial.trial.number, parameters: trial.trial.point.json,
      seed: trial.trial.seed,
      decisions: decisions.map { decision in
        let (why, outcome) = (decision.why, decision.ending?.outcome)
        return DecisionJSON(
          decision: decision.number, from: decision.from, until: decision.until,
          purpose: decision.purpose.rawValue, seen: decision.seen,
          pending: pending[decision.number] ?? [], charge: decision.charge,
          workPerEpoch: decision.workPerEpoch, created: decision.created,
          rule: why?.rule.rawValue, value: why?.value, choices: why?.choices, rung: why?.rung,
          mean: why?.mean, deviation: why?.deviation,
          runnerUp: why?.runnerUp.map { Alternative(parameters: $0.point.json, value: $0.value) },
          model: why?.model, outcome: outcome?.kind.rawValue, epochs: outcome?.epochs,
          bestEpoch: outcome?.bestEpoch, score: outcome?.score, cost: outcome?.cost,
          words: rule(of: decision))
      })
  }
}
