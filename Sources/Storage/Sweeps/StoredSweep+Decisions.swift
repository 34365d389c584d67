import GRDB
import Literals
import Trials
import Tuning

extension StoredSweep {
  package func resume(except declined: Set<Int>) throws -> Claim? {
    // Most of the time there is nothing, which takes no write to find out.
    let candidates = try database.read { try abandoned(except: declined, in: $0) }
    guard !candidates.isEmpty else { return nil }
    let history = try history()
    return try database.write { db in
      for open in try abandoned(except: declined, in: db) {
        guard open.number < history.decisions.count else { return nil }
        let decision = history.decisions[open.number]
        try Attempt.release(open, in: db)
        if description.contains(decision.trial) {
          try restart(open.trial, decision, in: db)
          return try claim(decision, id: open.decision, trial: open.trial, in: db)
        }
        // Left behind by a process that still searched another space.
        try withdraw(open, decision, in: db)
      }
      return nil
    }
  }

  package func begin(_ decision: Decision, except declined: Set<Int>) throws -> Beginning {
    try database.write { db in
      guard try SweepRevision.last(ofSweep: id, in: db) == revision else { return .superseded }
      guard try nextNumber(in: db) == decision.number,
        try abandoned(except: declined, in: db).isEmpty
      else {
        return .overtaken
      }
      let known = try Int64.fetchOne(
        db, sql: "SELECT id FROM trial WHERE sweep = ? AND number = ?",
        arguments: [id, decision.trial.number])
      let trial: Int64
      if let known {
        trial = known
        try restart(trial, decision, in: db)
      } else {
        trial = try insert(decision, in: db)
      }
      let row = try insert(decision, trial: trial, in: db)
      return .begun(try claim(decision, id: row, trial: trial, in: db))
    }
  }

  func nextNumber(in db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT coalesce(max(number) + 1, 0) FROM decision WHERE sweep = ?",
      arguments: [id]) ?? 0
  }

  /// Adds a decision for every failed trial of the space, which anybody may carry out.
  func retryFailed() throws {
    while try !retryFailed(in: history()) {}
  }

  /// Returns false if another process has made a decision that the history does not hold.
  private func retryFailed(in known: History) throws -> Bool {
    try database.write { db in
      var history = known
      guard try nextNumber(in: db) == history.decisions.count else { return false }
      for number in 0..<history.trialCount
      where history.lastOutcome(ofTrial: number)?.kind == .failed {
        let decision = Decision.retry(ofTrial: number, in: history, revision: revision)
        guard description.contains(decision.trial),
          let trial = try Int64.fetchOne(
            db,
            sql: "SELECT id FROM trial WHERE sweep = ? AND number = ? AND state = 'failed'",
            arguments: [id, number])
        else { continue }
        _ = try insert(decision, trial: trial, in: db)
        try db.execute(
          sql: """
            UPDATE trial SET state = 'waiting', reason = NULL, message = NULL, ended = NULL,
              seconds = NULL
            WHERE id = ?
            """, arguments: [trial])
        history.append(decision)
      }
      return true
    }
  }

  /// Gives the decisions that nobody carries out any more and that lie outside the space now the
  /// outcome that they were withdrawn.
  func withdrawOutside() throws {
    let history = try history()
    guard history.settledCount < history.decisions.count else { return }
    try database.write { db in
      for open in try abandoned(except: [], in: db) where open.number < history.decisions.count {
        let decision = history.decisions[open.number]
        if !description.contains(decision.trial) { try withdraw(open, decision, in: db) }
      }
    }
  }

  private func withdraw(
    _ open: Attempt.OpenDecision, _ decision: Decision, in db: Database
  ) throws {
    try Attempt.release(open, in: db)
    try db.execute(
      sql: """
        INSERT INTO outcome (decision, kind, epochs, cost, ended)
        VALUES (?, 'withdrawn', ?, 0, \(SQL.now))
        """, arguments: [open.decision, decision.from])
  }

  private func claim(
    _ decision: Decision, id decisionID: Int64, trial: Int64, in db: Database
  ) throws -> Claim {
    let attempt = try Attempt.open(
      decision: decisionID, trial: trial, owner: database.owner.identity,
      toolVersion: description.toolVersion, in: db)
    state.withLock { state in
      state.own[attempt] = OwnAttempt(decision: decisionID, trial: trial, start: .now)
    }
    return Claim(decision: decision, attempt: attempt)
  }

  private func insert(_ decision: Decision, in db: Database) throws -> Int64 {
    let (trial, parameters) = (decision.trial, decision.trial.point.json)
    let point: Int? =
      decision.purpose == .search
      ? try Int.fetchOne(
        db,
        // The sign keeps SQLite from looking through all points instead of the index of parameters.
        sql: """
          SELECT coalesce(
            (SELECT point FROM trial WHERE sweep = :sweep AND parameters = :parameters
              AND +point IS NOT NULL LIMIT 1),
            (SELECT max(point) + 1 FROM trial WHERE sweep = :sweep), 0)
          """, arguments: ["sweep": id, "parameters": parameters]) : nil
    try db.execute(
      sql: """
        INSERT INTO trial (sweep, number, point, parameters, seed, state, started, workPerEpoch)
        VALUES (?, ?, ?, ?, ?, 'running', \(SQL.now), ?)
        """,
      arguments: [id, trial.number, point, parameters, trial.seed, decision.workPerEpoch])
    let row = db.lastInsertedRowID
    var entries = trial.point.entries
    if description.seedDomain != nil {
      entries.append(Point.Entry(name: Self.seedName, value: .integer(trial.seed)))
    }
    for (position, entry) in entries.enumerated() {
      try db.execute(
        sql: """
          INSERT INTO trialParameter (trial, position, name, value, text) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          row, position, entry.name, entry.value.databaseValue, entry.value.description,
        ])
    }
    return row
  }

  private func insert(_ decision: Decision, trial: Int64, in db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO decision (sweep, number, trial, fromEpoch, untilEpoch, purpose, seen, charge,
          revision, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """,
      arguments: [
        id, decision.number, trial, decision.from, decision.until, decision.purpose.rawValue,
        decision.seen, decision.charge, decision.revision,
      ])
    return db.lastInsertedRowID
  }

  /// Marks a trial as running. What it has so far stays if it goes on from a pause.
  private func restart(_ trial: Int64, _ decision: Decision, in db: Database) throws {
    try db.execute(
      sql: "UPDATE trial SET state = 'running', started = \(SQL.now), ended = NULL WHERE id = ?",
      arguments: [trial])
    guard decision.from == 0 else { return }
    try db.execute(
      sql: """
        UPDATE trial SET validScore = NULL, unroundedScore = NULL, bestEpoch = NULL,
          seconds = NULL, kernels = NULL
        WHERE id = ?
        """, arguments: [trial])
  }
}
