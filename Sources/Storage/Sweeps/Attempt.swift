import GRDB

/// One try at a trial by one process. A trial has at most one open attempt: its owner.
enum Attempt {
  /// Opens an attempt and returns its id.
  static func open(
    trial: Int64, owner: ProcessIdentity, toolVersion: String, in db: Database
  ) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO attempt (trial, host, bootID, pidNamespace, pid, processStart, toolVersion, started)
        VALUES (?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """,
      arguments: [
        trial, owner.host, owner.bootID, owner.pidNamespace, owner.pid, owner.start, toolVersion,
      ])
    return db.lastInsertedRowID
  }

  /// Closes an open attempt.
  static func close(_ id: Int64, outcome: String, in db: Database) throws {
    try db.execute(
      sql: "UPDATE attempt SET ended = \(SQL.now), outcome = ? WHERE id = ? AND ended IS NULL",
      arguments: [outcome, id])
  }

  static func isOpen(_ id: Int64, in db: Database) throws -> Bool {
    try Int.fetchOne(
      db, sql: "SELECT 1 FROM attempt WHERE id = ? AND ended IS NULL", arguments: [id]) != nil
  }

  /// Ids of trials of a sweep that are marked as running though their process is gone.
  static func abandonedTrials(
    ofSweep sweep: Int64, seenFrom viewer: ProcessIdentity, in db: Database
  ) throws -> [Int64] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT trial.id AS trial, host, bootID, pidNamespace, pid, processStart
        FROM trial LEFT JOIN attempt ON attempt.trial = trial.id AND attempt.ended IS NULL
        WHERE trial.sweep = ? AND trial.state = 'running' ORDER BY trial.number
        """, arguments: [sweep])
    return rows.filter { owner(in: $0)?.isRunning(seenFrom: viewer) != true }.map { $0["trial"] }
  }

  /// Marks the attempts of processes that are gone as interrupted, so that their trials can be run
  /// again.
  static func closeAbandoned(
    ofSweep sweep: Int64, seenFrom viewer: ProcessIdentity, in db: Database
  ) throws {
    for trial in try abandonedTrials(ofSweep: sweep, seenFrom: viewer, in: db) {
      try db.execute(
        sql: """
          UPDATE attempt SET ended = \(SQL.now), outcome = 'interrupted'
          WHERE trial = ? AND ended IS NULL
          """, arguments: [trial])
      try db.execute(sql: "UPDATE trial SET state = 'waiting' WHERE id = ?", arguments: [trial])
    }
  }

  static func owner(in row: Row) -> ProcessIdentity? {
    guard let host: String = row["host"], let pid: Int = row["pid"] else { return nil }
    return ProcessIdentity(
      host: host, bootID: row["bootID"], pidNamespace: row["pidNamespace"], pid: pid,
      start: row["processStart"])
  }
}
