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
        let count = try nextNumber(in: db)
        if count < cache.history.decisions.count {
          // Somebody has deleted the last trials.
          cache = Cache(
            history: Self.history(of: revision, description), dataVersion: cache.dataVersion)
        }
        if count > cache.history.decisions.count { try readDecisions(into: &cache, db) }
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
      while cache.history.decisions.count < number { try appendDeleted(to: &cache, db) }
      guard let trial = cache.trials[row[1]] else {
        try appendDeleted(to: &cache, db)
        continue
      }
      cache.history.append(
        Decision(
          number: number, trial: trial, from: row[2], until: row[3],
          purpose: Decision.Purpose(rawValue: row[4]) ?? .search, seen: row[5] ?? 0,
          charge: row[6], workPerEpoch: cache.workPerEpoch[row[1]] ?? 1, revision: row[7]))
    }
  }

  /// Adds a decision whose trial somebody has deleted by hand, and its outcome, which tells nothing.
  /// Its trial gets a number that no other trial has.
  private func appendDeleted(to cache: inout Cache, _ db: Database) throws {
    let taken = try Set(
      Int.fetchAll(db, sql: "SELECT number FROM trial WHERE sweep = ?", arguments: [id]))
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
      db,
      sql: """
        SELECT trial, name, text FROM trialParameter
        WHERE trial IN (SELECT trial FROM decision WHERE sweep = ? AND number >= ?)
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
        SELECT trial.id, trial.number, trial.seed, trial.workPerEpoch FROM decision
        JOIN trial ON trial.id = decision.trial
        WHERE decision.sweep = ? AND decision.number >= ? ORDER BY decision.number
        """, arguments: [id, first])
    while let row = try trials.next() {
      let trial: Int64 = row[0]
      guard cache.trials[trial] == nil else { continue }
      cache.trials[trial] = Trial(
        number: row[1], point: point(values[trial] ?? []), seed: row[2])
      cache.workPerEpoch[trial] = row[3]
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

  private func literal(_ text: String, in cache: inout Cache) -> Literal {
    if let known = cache.literals[text] { return known }
    let value = (try? Literal(parsing: text)) ?? .string(text)
    cache.literals[text] = value
    return value
  }

  private func readOutcomes(into cache: inout Cache, _ db: Database) throws {
    // Those of other sweeps need no second look.
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM outcome") ?? 0
    guard last != cache.lastOutcome else { return }
    // A cross join looks at the new outcomes first, not at all decisions of the sweep.
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT decision.number, kind, epochs, bestEpoch, score, cost
        FROM outcome CROSS JOIN decision ON decision.id = outcome.decision
        WHERE outcome.id > ? AND decision.sweep = ? ORDER BY outcome.id
        """, arguments: [cache.lastOutcome, id])
    while let row = try rows.next() {
      cache.history.settle(
        row[0],
        as: Outcome(
          kind: Outcome.Kind(rawValue: row[1]) ?? .withdrawn, epochs: row[2], bestEpoch: row[3],
          score: row[4], cost: row[5]))
    }
    cache.lastOutcome = last
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
    let own = state.withLock { Set($0.own.keys) }
    return try Attempt.openDecisions(ofSweep: id, in: db).filter { open in
      !declined.contains(open.number) && open.attempt.map(own.contains) != true
        && open.isAbandoned(seenFrom: database.owner)
    }
  }

  /// The name of the training seed, which is stored beside the parameters of a point if it is searched.
  static let seedName = "seed"
}
