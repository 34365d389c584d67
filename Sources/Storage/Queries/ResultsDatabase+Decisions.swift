import GRDB
import Trials

/// A decision of a sweep as its readers see it.
package struct DecisionRecord: Hashable, Sendable {
  /// What came of it.
  package struct Ending: Hashable, Sendable {
    package let outcome: Outcome
    package let reason: String?
    package let message: String?

    package init(outcome: Outcome, reason: String? = nil, message: String? = nil) {
      self.outcome = outcome
      self.reason = reason
      self.message = message
    }
  }

  package let number: Int
  package let trial: Int
  package let from: Int
  package let until: Int?
  package let purpose: Decision.Purpose
  /// It saw the outcomes of decisions 0 ..< `seen`; nil if it was made without looking at any.
  package let seen: Int?
  package let charge: Int
  package let workPerEpoch: Int
  package let why: Rationale?
  /// UTC.
  package let created: String
  /// Nil while it has no outcome.
  package let ending: Ending?

  package init(
    number: Int, trial: Int, from: Int = 0, until: Int? = nil,
    purpose: Decision.Purpose = .search, seen: Int?, charge: Int, workPerEpoch: Int,
    why: Rationale?, created: String = "", ending: Ending? = nil
  ) {
    self.number = number
    self.trial = trial
    self.from = from
    self.until = until
    self.purpose = purpose
    self.seen = seen
    self.charge = charge
    self.workPerEpoch = workPerEpoch
    self.why = why
    self.created = created
    self.ending = ending
  }
}

extension ResultsDatabase {
  /// The decisions on a trial of a sweep, by number.
  package func decisions(onTrial number: Int, of sweep: String) throws -> [DecisionRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT decision.*, trial.number AS trialNumber, trial.workPerEpoch AS workPerEpoch,
            outcome.kind AS kind, outcome.epochs AS epochs, outcome.bestEpoch AS bestEpoch,
            outcome.score AS score, outcome.cost AS cost, outcome.reason AS reason,
            outcome.message AS message
          FROM decision JOIN trial ON trial.id = decision.trial
          JOIN sweep ON sweep.id = decision.sweep
          LEFT JOIN outcome ON outcome.decision = decision.id
          WHERE sweep.name = ? AND trial.number = ? ORDER BY decision.number
          """, arguments: [sweep, number]
      ).map(DecisionRecord.init)
    }
  }

  /// The numbers of the trials of some decisions of a sweep, by the number of the decision.
  package func trials(ofDecisions numbers: Range<Int>, of sweep: String) throws -> [Int: Int] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT decision.number, trial.number FROM decision
          JOIN trial ON trial.id = decision.trial JOIN sweep ON sweep.id = decision.sweep
          WHERE sweep.name = ? AND decision.number >= ? AND decision.number < ?
          """, arguments: [sweep, numbers.lowerBound, numbers.upperBound])
      var trials: [Int: Int] = [:]
      while let row = try rows.next() {
        trials[try row.value(at: 0, "decision.number")] = try row.value(at: 1, "trial.number")
      }
      return trials
    }
  }
}

extension DecisionRecord {
  fileprivate init(_ row: Row) throws {
    let purpose: Decision.Purpose = try row.value("purpose", of: "decision")
    let why: String? = try row.value("why", of: "decision")
    let kind: Outcome.Kind? = try row.value("kind", of: "outcome")
    self.init(
      number: try row.value("number", of: "decision"),
      trial: try row.value("trialNumber", of: "trial"),
      from: try row.value("fromEpoch", of: "decision"),
      until: try row.value("untilEpoch", of: "decision"), purpose: purpose,
      seen: try row.value("seen", of: "decision"), charge: try row.value("charge", of: "decision"),
      workPerEpoch: try row.value("workPerEpoch", of: "trial"),
      why: try Rationale(stored: why, purpose: purpose),
      created: try row.value("created", of: "decision"),
      ending: try kind.map { kind in
        Ending(
          outcome: Outcome(
            kind: kind, epochs: try row.value("epochs", of: "outcome"),
            bestEpoch: try row.value("bestEpoch", of: "outcome"),
            score: try row.value("score", of: "outcome"),
            cost: try row.value("cost", of: "outcome")),
          reason: try row.value("reason", of: "outcome"),
          message: try row.value("message", of: "outcome"))
      })
  }
}
