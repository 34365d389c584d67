import GRDB
import Literals
import Trials
import Tuning

extension StoredSweep {
  /// Reads what is new of the decisions and outcomes of all processes.
  package func history() throws -> History {
    try cache.withLock { cache in
      try database.read { db in
        cache.dataVersion = try db.value("data_version", sql: "PRAGMA data_version")
        let count = try nextNumber(in: db)
        let deleted = try DeletedDecision.count(ofSweep: id, in: db)
        if deleted != cache.deletedCount || count < cache.history.decisions.count {
          // Somebody has deleted trials.
          cache = Cache(
            history: Self.history(of: revision, description), deletedCount: deleted,
            dataVersion: cache.dataVersion)
        }
        if count > cache.history.decisions.count { try readDecisions(upTo: count, &cache, db) }
        try readOutcomes(into: &cache, db)
      }
      return cache.history
    }
  }

  private func readDecisions(upTo count: Int, _ cache: inout Cache, _ db: Database) throws {
    let first = cache.history.decisions.count
    let deleted =
      cache.deletedCount > 0 ? try DeletedDecision.all(ofSweep: id, in: db) : [:]
    try readTrials(ofDecisionsFrom: first, into: &cache, db)
    // Columns by place, and no array of rows: a sweep may have a hundred thousand of them.
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT number, trial, fromEpoch, untilEpoch, purpose, seen, charge, revision, id, why
          FROM decision WHERE sweep = ? AND number >= ? ORDER BY number
          """), arguments: [id, first])
    while let row = try rows.next() {
      // Numbers have no gaps when they are given, and ids are never used again.
      let rowID: Int = try row.value(at: 8, "decision.id")
      let number = try row.count(at: 0, to: max(rowID, 0) - 1, "decision.number")
      let id: Int64 = try row.value(at: 1, "decision.trial")
      while cache.history.decisions.count < number { try append(deleted, to: &cache, db) }
      guard let trial = cache.trials[id] else {
        try append(deleted, to: &cache, db)
        continue
      }
      let until: Int? = try row.value(at: 3, "decision.untilEpoch")
      let purpose: Decision.Purpose = try row.value(at: 4, "decision.purpose")
      cache.history.append(
        Decision(
          number: number, trial: trial,
          from: try row.count(at: 2, "decision.fromEpoch"),
          until: try until?.counted("decision.untilEpoch"),
          purpose: purpose,
          seen: try row.value(at: 5, "decision.seen") ?? 0,
          charge: try row.count(at: 6, to: Int.max, "decision.charge"),
          workPerEpoch: cache.workPerEpoch[id] ?? 1,
          revision: try row.value(at: 7, "decision.revision"),
          why: try Rationale(
            stored: row.value(at: 9, "decision.why") as String?, purpose: purpose)))
    }
    while cache.history.decisions.count < count { try append(deleted, to: &cache, db) }
  }

  /// More trials than anybody trains. A history has a list with a place for every number.
  private static let mostTrials = 10_000_000

  /// Adds the next decision, whose trial somebody has deleted by hand, and its outcome, which tells
  /// nothing.
  private func append(
    _ deleted: [Int: DeletedDecision], to cache: inout Cache, _ db: Database
  ) throws {
    guard let row = deleted[cache.history.decisions.count] else {
      return try appendUnknown(to: &cache, db)
    }
    let entries = try row.literals.map { name, text in
      Point.Entry(name: name, value: try literal(text, in: &cache))
    }
    let decision = try row.decision(of: point(entries))
    cache.history.append(decision)
    cache.history.settle(
      decision.number,
      as: Outcome(kind: .withdrawn, epochs: decision.from, bestEpoch: nil, score: nil, cost: 0))
  }

  /// Adds a decision that was deleted when the file had an earlier format, which kept nothing of it. Its
  /// trial gets a number that no other trial has.
  private func appendUnknown(to cache: inout Cache, _ db: Database) throws {
    let taken = try Set<Int>(
      db.values(
        "trial.number",
        sql: """
          SELECT number FROM trial WHERE sweep = :sweep
          UNION SELECT trial FROM deletedDecision WHERE sweep = :sweep
          """, arguments: ["sweep": id]))
    let history = cache.history
    let free = (0...).first { number in
      !taken.contains(number)
        && (number >= history.trialCount || history.decisions(ofTrial: number).isEmpty)
    }
    let number = history.decisions.count
    let trial = Trial(number: free ?? history.trialCount, point: Point([]), seed: .min)
    cache.history.append(Decision(number: number, trial: trial, purpose: .imported))
    cache.history.settle(
      number,
      as: Outcome(kind: .withdrawn, epochs: 0, bestEpoch: nil, score: nil, cost: 0))
  }

  private func readTrials(
    ofDecisionsFrom first: Int, into cache: inout Cache, _ db: Database
  ) throws {
    var values: [Int64: [Point.Entry]] = [:]
    // A trial may have several decisions.
    let parameters = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT trial, name, text FROM trialParameter
          WHERE trial IN (SELECT trial FROM decision WHERE sweep = ? AND number >= ?)
          """), arguments: [id, first])
    while let row = try parameters.next() {
      let trial: Int64 = try row.value(at: 0, "trialParameter.trial")
      let name: String = try row.value(at: 1, "trialParameter.name")
      guard cache.trials[trial] == nil, name != StoredSweep.seedName else { continue }
      values[trial, default: []].append(
        Point.Entry(
          name: name, value: try literal(row.value(at: 2, "trialParameter.text"), in: &cache)))
    }
    let trials = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT trial.id, trial.number, trial.seed, trial.workPerEpoch FROM decision
          JOIN trial ON trial.id = decision.trial
          WHERE decision.sweep = ? AND decision.number >= ? ORDER BY decision.number
          """), arguments: [id, first])
    while let row = try trials.next() {
      let trial: Int64 = try row.value(at: 0, "decision.trial")
      guard cache.trials[trial] == nil else { continue }
      cache.trials[trial] = Trial(
        number: try row.count(at: 1, to: Self.mostTrials, "trial.number"),
        point: point(values[trial] ?? []), seed: try row.value(at: 2, "trial.seed"))
      cache.workPerEpoch[trial] = try row.count(
        at: 3, from: 1, to: Int.max, "trial.workPerEpoch")
    }
  }

  /// The point of these values, in the order in which the space names them: a file may have been
  /// written when the space had another one.
  private func point(_ entries: [Point.Entry]) -> Point {
    Point(
      description.space.parameters.compactMap { parameter in
        entries.first { $0.name == parameter.name }
      })
  }

  private func literal(_ text: String, in cache: inout Cache) throws -> Literal {
    if let known = cache.literals[text] { return known }
    let value = try Literal(stored: text)
    cache.literals[text] = value
    return value
  }

  private func readOutcomes(into cache: inout Cache, _ db: Database) throws {
    // Those of other sweeps need no second look.
    let last: Int64 = try db.value("outcome.id", sql: "SELECT max(id) FROM outcome") ?? 0
    guard last != cache.lastOutcome else { return }
    let curves = try method.readsCurves ? scores(ofOutcomesAfter: cache.lastOutcome, db) : [:]
    // A cross join looks at the new outcomes first, not at all decisions of the sweep.
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT decision.number, kind, epochs, bestEpoch, score, cost
          FROM outcome CROSS JOIN decision ON decision.id = outcome.decision
          WHERE outcome.id > ? AND decision.sweep = ? ORDER BY outcome.id
          """), arguments: [cache.lastOutcome, id])
    while let row = try rows.next() {
      let number = try row.count(
        at: 0, to: cache.history.decisions.count - 1, "decision.number")
      cache.history.settle(
        number,
        as: Outcome(
          kind: try row.value(at: 1, "outcome.kind"),
          epochs: try row.count(at: 2, "outcome.epochs"),
          bestEpoch: try row.value(at: 3, "outcome.bestEpoch"),
          score: try row.value(at: 4, "outcome.score"),
          cost: try row.count(at: 5, to: Int.max, "outcome.cost")),
        scores: curves[number] ?? [])
    }
    cache.lastOutcome = last
  }

  /// The scores of the epochs that new outcomes cover, by decision number.
  private func scores(
    ofOutcomesAfter last: Int64, _ db: Database
  ) throws -> [Int: [Double?]] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT decision.number, epoch.validScore
          FROM outcome CROSS JOIN decision ON decision.id = outcome.decision
          CROSS JOIN epoch ON epoch.trial = decision.trial
            AND epoch.number >= decision.fromEpoch AND epoch.number < outcome.epochs
          WHERE outcome.id > ? AND decision.sweep = ? ORDER BY outcome.id, epoch.number
          """), arguments: [last, id])
    var scores: [Int: [Double?]] = [:]
    while let row = try rows.next() {
      let score: Double? = try row.value(at: 1, "epoch.validScore")
      scores[try row.value(at: 0, "decision.number"), default: []].append(score)
    }
    return scores
  }

  package func hasNews(except declined: Set<Int>) throws -> Bool {
    let known = cache.withLock { $0.dataVersion }
    return try database.read { db in
      if try db.value("data_version", sql: "PRAGMA data_version") != known { return true }
      return try abandoned(except: declined, in: db).first != nil
    }
  }

  package func elsewhere() throws -> [DecisionElsewhere] {
    let own = state.withLock { Set($0.own.keys) }
    return try database.read { db in
      try Attempt.openDecisions(ofSweep: id, in: db).compactMap { open in
        guard let owner = open.owner, let attempt = open.attempt, !own.contains(attempt),
          case let life = database.owner.life(of: owner), life != .gone
        else { return nil }
        return DecisionElsewhere(
          decision: open.number, trial: open.trialNumber, host: owner.host, pid: owner.pid,
          isVisible: life == .running)
      }
    }
  }

  /// The decisions without an outcome that nobody carries out any more.
  func abandoned(
    except declined: Set<Int>, in db: Database
  ) throws -> [Attempt.OpenDecision] {
    let own = state.withLock { Set($0.own.keys) }
    return try Attempt.openDecisions(ofSweep: id, in: db).filter { open in
      !declined.contains(open.number) && open.attempt.map(own.contains) != true
        && open.isAbandoned(seenFrom: database.owner)
    }
  }

  /// The name of the training seed, which is stored beside the parameters of a point if it is searched.
  static let seedName = "seed"
}
