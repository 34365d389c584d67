import GRDB
import Literals
import Trials
import Tuning

extension StoredSweep {
  package func resume(except declined: Set<Int>) throws -> Claim? {
    // Most of the time there is nothing, which takes no write to find out.
    let (found, deleted) = try database.read { db in
      try (abandoned(except: declined, in: db), DeletedDecision.trials(ofSweep: id, in: db))
    }
    var candidates = found
    if !deleted.isEmpty {
      try trainDeletedAgain()
      candidates = try database.read { try abandoned(except: declined, in: $0) }
    }
    guard !candidates.isEmpty else { return nil }
    let history = try history()
    return try database.write { db in
      for open in try abandoned(except: declined, in: db) {
        guard open.number < history.decisions.count else { return nil }
        let decision = history.decisions[open.number]
        try Attempt.release(open, in: db)
        if description.contains(decision) {
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
      let known: Int64? = try db.value(
        "trial.id", sql: "SELECT id FROM trial WHERE sweep = ? AND number = ?",
        arguments: [id, decision.trial.number])
      let trial = try known ?? insertTrial(of: decision, in: db)
      let row = try insert(decision, trial: trial, in: db)
      if known != nil { try restart(trial, decision, in: db) }
      return .begun(try claim(decision, id: row, trial: trial, in: db))
    }
  }

  func nextNumber(in db: Database) throws -> Int {
    try db.value(
      "decision.number",
      sql: """
        SELECT max(
          coalesce((SELECT max(number) FROM decision WHERE sweep = :sweep), -1),
          coalesce((SELECT max(number) FROM deletedDecision WHERE sweep = :sweep), -1)) + 1
        """, arguments: ["sweep": id]) ?? 0
  }

  /// Adds a decision for every trial of the space that somebody has deleted by hand, which trains it again
  /// under its number. Anybody may carry it out.
  func trainDeletedAgain() throws {
    while true {
      let deleted = try database.read { try DeletedDecision.trials(ofSweep: id, in: $0) }
      guard !deleted.isEmpty else { return }
      let history = try history()
      let numbers = deleted.filter { number in
        number < history.trialCount
          && history.decisions(ofTrial: number).last
            .map { description.contains(history.decisions[$0]) } ?? false
      }
      guard !numbers.isEmpty, try !trainAgain(numbers, in: history) else { return }
    }
  }

  /// Returns false if another process has made a decision that the history does not hold.
  private func trainAgain(_ numbers: [Int], in known: History) throws -> Bool {
    try database.write { db in
      var history = known
      guard try nextNumber(in: db) == history.decisions.count else { return false }
      let deleted = try DeletedDecision.all(ofSweep: id, in: db)
      for number in numbers {
        let decision = Decision.retry(ofTrial: number, in: history, revision: revision)
        let row = history.decisions(ofTrial: number).last.flatMap { deleted[$0] }
        let trial = try insertTrial(
          of: decision, state: .waiting, point: row?.pointNumber, in: db)
        _ = try insert(decision, trial: trial, in: db)
        history.append(decision)
      }
      return true
    }
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
        guard description.contains(decision),
          let trial: Int64 = try db.value(
            "trial.id",
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
        if !description.contains(decision) { try withdraw(open, decision, in: db) }
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

  /// Adds the row of a decision's trial and returns its id.
  ///
  /// - Parameter point: The number of the trial's point; nil for the next one.
  private func insertTrial(
    of decision: Decision, state: TrialState = .running, point: Int? = nil, in db: Database
  ) throws -> Int64 {
    let (trial, parameters) = (decision.trial, decision.trial.point.json)
    let number = try point ?? pointNumber(of: decision, parameters: parameters, in: db)
    try db.cachedStatement(
      sql: """
        INSERT INTO trial (sweep, number, point, parameters, seed, state, started, workPerEpoch)
        VALUES (?, ?, ?, ?, ?, ?, \(SQL.now), ?)
        """
    )
    .execute(arguments: [
      id, trial.number, number, parameters, trial.seed, state.rawValue, decision.workPerEpoch,
    ])
    let row = db.lastInsertedRowID
    var entries = trial.point.entries
    if description.seedDomain != nil {
      entries.append(Point.Entry(name: Self.seedName, value: .integer(trial.seed)))
    }
    for (position, entry) in entries.enumerated() {
      try db.cachedStatement(
        sql: """
          INSERT INTO trialParameter (trial, position, name, value, text) VALUES (?, ?, ?, ?, ?)
          """
      )
      .execute(arguments: [
        row, position, entry.name, entry.value.databaseValue, entry.value.description,
      ])
    }
    return row
  }

  /// The number of a point that a search proposes: the one that it has, or the next.
  private func pointNumber(
    of decision: Decision, parameters: String, in db: Database
  ) throws -> Int? {
    guard decision.purpose == .search else { return nil }
    return try db.value(
      "trial.point",
      // The sign keeps SQLite from looking through all points instead of the index of parameters.
      sql: """
        SELECT coalesce(
          (SELECT point FROM trial WHERE sweep = :sweep AND parameters = :parameters
            AND +point IS NOT NULL LIMIT 1),
          (SELECT point FROM deletedDecision WHERE sweep = :sweep AND trial = :trial),
          max(
            coalesce((SELECT max(point) FROM trial WHERE sweep = :sweep), -1),
            coalesce((SELECT max(point) FROM deletedDecision WHERE sweep = :sweep), -1)) + 1)
        """,
      arguments: ["sweep": id, "parameters": parameters, "trial": decision.trial.number])
  }

  private func insert(_ decision: Decision, trial: Int64, in db: Database) throws -> Int64 {
    try db.cachedStatement(
      sql: """
        INSERT INTO decision (sweep, number, trial, fromEpoch, untilEpoch, purpose, seen, charge,
          revision, why, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """
    )
    .execute(arguments: [
      id, decision.number, trial, decision.from, decision.until, decision.purpose.rawValue,
      decision.seen, decision.charge, decision.revision, decision.why?.stored,
    ])
    return db.lastInsertedRowID
  }

  /// Marks a trial as running. It has started with its first attempt. What it has so far stays if it goes
  /// on from a pause.
  private func restart(_ trial: Int64, _ decision: Decision, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE trial SET state = 'running', ended = NULL,
          started = CASE WHEN EXISTS (SELECT 1 FROM attempt WHERE trial = :id)
            THEN started ELSE \(SQL.now) END
        WHERE id = :id
        """
    )
    .execute(arguments: ["id": trial])
    guard decision.from == 0 else { return }
    try db.cachedStatement(
      sql: """
        UPDATE trial SET validScore = NULL, unroundedScore = NULL, bestEpoch = NULL,
          seconds = NULL, kernels = NULL
        WHERE id = ?
        """
    )
    .execute(arguments: [trial])
  }
}
