import GRDB
import Literals
import Trials
import Tuning

extension StoredSweep {
  /// Reads what is new of the decisions and outcomes of all processes.
  package func history() throws -> History {
    try cache.withLock { cache in
      try database.read { db in
        cache.dataVersion = try Int.fetchOne(db, sql: "PRAGMA data_version")
        try readDecisions(into: &cache, db)
        try readOutcomes(into: &cache, db)
      }
      return cache.history
    }
  }

  private func readDecisions(into cache: inout Cache, _ db: Database) throws {
    let first = cache.history.decisions.count
    try readTrials(ofDecisionsFrom: first, into: &cache, db)
    // Columns by place, and no array of rows: a sweep may have a hundred thousand of them.
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT number, trial, fromEpoch, untilEpoch, purpose, seen, charge, revision FROM decision
        WHERE sweep = ? AND number >= ? ORDER BY number
        """, arguments: [id, first])
    while let row = try rows.next() {
      let number: Int = row[0]
      guard number == cache.history.decisions.count, let trial = cache.trials[row[1]] else {
        throw StorageError.damaged(
          path: database.path, reason: "decision \(cache.history.decisions.count) is missing")
      }
      cache.history.append(
        Decision(
          number: number, trial: trial, from: row[2], until: row[3],
          purpose: Decision.Purpose(rawValue: row[4]) ?? .search, seen: row[5] ?? 0,
          charge: row[6], workPerEpoch: cache.workPerEpoch[row[1]] ?? 1, revision: row[7]))
    }
  }

  private func readTrials(
    ofDecisionsFrom first: Int, into cache: inout Cache, _ db: Database
  ) throws {
    var values: [Int64: [Point.Entry]] = [:]
    let parameters = try Row.fetchCursor(
      db,
      sql: """
        SELECT trial, name, text FROM trialParameter
        WHERE trial IN (SELECT trial FROM decision WHERE sweep = ? AND number >= ?)
        ORDER BY trial, position
        """, arguments: [id, first])
    while let row = try parameters.next() {
      let trial: Int64 = row[0]
      let name: String = row[1]
      guard cache.trials[trial] == nil, name != StoredSweep.seedName else { continue }
      values[trial, default: []].append(
        Point.Entry(name: name, value: literal(row[2], in: &cache)))
    }
    let trials = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, number, seed, workPerEpoch FROM trial
        WHERE id IN (SELECT trial FROM decision WHERE sweep = ? AND number >= ?)
        """, arguments: [id, first])
    while let row = try trials.next() {
      let trial: Int64 = row[0]
      guard cache.trials[trial] == nil else { continue }
      cache.trials[trial] = Trial(
        number: row[1], point: Point(values[trial] ?? []), seed: row[2])
      cache.workPerEpoch[trial] = row[3]
    }
  }

  private func literal(_ text: String, in cache: inout Cache) -> Literal {
    if let known = cache.literals[text] { return known }
    let value = (try? Literal(parsing: text)) ?? .string(text)
    cache.literals[text] = value
    return value
  }

  private func readOutcomes(into cache: inout Cache, _ db: Database) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT outcome.id, decision.number, kind, epochs, bestEpoch, score, cost
        FROM outcome JOIN decision ON decision.id = outcome.decision
        WHERE outcome.id > ? AND decision.sweep = ? ORDER BY outcome.id
        """, arguments: [cache.lastOutcome, id])
    while let row = try rows.next() {
      cache.lastOutcome = row[0]
      cache.history.settle(
        row[1],
        as: Outcome(
          kind: Outcome.Kind(rawValue: row[2]) ?? .withdrawn, epochs: row[3], bestEpoch: row[4],
          score: row[5], cost: row[6]))
    }
  }

  package func hasNews(except declined: Set<Int>) throws -> Bool {
    let known = cache.withLock { $0.dataVersion }
    return try database.read { db in
      if try Int.fetchOne(db, sql: "PRAGMA data_version") != known { return true }
      return try abandoned(except: declined, in: db).first != nil
    }
  }

  package func elsewhere() throws -> [DecisionElsewhere] {
    let own = state.withLock { Set($0.own.keys) }
    return try database.read { db in
      try Attempt.openDecisions(ofSweep: id, in: db).compactMap { open in
        guard let owner = open.owner, let attempt = open.attempt, !own.contains(attempt),
          owner.isRunning(seenFrom: database.owner)
        else { return nil }
        return DecisionElsewhere(
          decision: open.number, trial: open.trialNumber, host: owner.host,
          isVisible: owner.isVisible(from: database.owner))
      }
    }
  }

  /// The decisions without an outcome that nobody carries out any more.
  func abandoned(
    except declined: Set<Int>, in db: Database
  ) throws -> [Attempt.OpenDecision] {
    try Attempt.openDecisions(ofSweep: id, in: db).filter {
      !declined.contains($0.number) && $0.isAbandoned(seenFrom: database.owner)
    }
  }

  /// The name of the training seed, which is stored beside the parameters of a point if it is searched.
  static let seedName = "seed"
}
