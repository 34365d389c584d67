import GRDB
import Trials

/// One try at a decision by one process. A trial has at most one open attempt, whose process is its
/// owner.
enum Attempt {
  /// A decision without an outcome, and who carries it out.
  struct OpenDecision {
    let decision: Int64
    let number: Int
    let purpose: Decision.Purpose
    let trial: Int64
    let trialNumber: Int
    /// The open attempt; nil if there is none.
    let attempt: Int64?
    let owner: ProcessIdentity?

    func isAbandoned(seenFrom viewer: Participant) -> Bool {
      owner.map { viewer.life(of: $0) == .gone } ?? true
    }
  }

  /// Opens an attempt and returns its id.
  static func open(
    decision: Int64, trial: Int64, owner: ProcessIdentity, toolVersion: String, in db: Database
  ) throws -> Int64 {
    try db.cachedStatement(
      sql: """
        INSERT INTO attempt (trial, decision, host, bootID, pidNamespace, pid, processStart, lock,
          toolVersion, started)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """
    )
    .execute(arguments: [
      trial, decision, owner.host, owner.bootID, owner.pidNamespace, owner.pid, owner.start,
      owner.lock?.description, toolVersion,
    ])
    return db.lastInsertedRowID
  }

  /// Closes an open attempt.
  static func close(_ id: Int64, outcome: String, in db: Database) throws {
    try db.cachedStatement(
      sql: "UPDATE attempt SET ended = \(SQL.now), outcome = ? WHERE id = ? AND ended IS NULL"
    )
    .execute(arguments: [outcome, id])
  }

  static func isOpen(_ id: Int64, in db: Database) throws -> Bool {
    try db.hasRow("SELECT 1 FROM attempt WHERE id = ? AND ended IS NULL", arguments: [id])
  }

  /// The decisions of a sweep that have no outcome, by number.
  static func openDecisions(ofSweep sweep: Int64, in db: Database) throws -> [OpenDecision] {
    let rows = try db.rows(
      """
      SELECT decision.id AS decision, decision.number AS number, trial.id AS trial,
        trial.number AS trialNumber, attempt.id AS attempt, decision.purpose AS purpose, host,
        bootID, pidNamespace, pid, processStart, lock
      FROM trial JOIN decision ON decision.trial = trial.id
      LEFT JOIN outcome ON outcome.decision = decision.id
      LEFT JOIN attempt ON attempt.trial = trial.id AND attempt.ended IS NULL
      WHERE trial.sweep = ? AND trial.state IN ('waiting', 'running') AND outcome.id IS NULL
      ORDER BY decision.number
      """, arguments: [sweep])
    return try rows.map { row in
      OpenDecision(
        decision: try row.value(at: 0, "decision.id"),
        number: try row.count(at: 1, "decision.number"),
        purpose: try row.value("purpose", of: "decision"),
        trial: try row.value(at: 2, "trial.id"), trialNumber: try row.value(at: 3, "trial.number"),
        attempt: try row.value(at: 4, "attempt.id"), owner: try owner(in: row))
    }
  }

  /// Marks the attempts of processes that cannot be seen as interrupted, so that their decisions can be
  /// carried out again.
  static func takeOver(
    sweep: Int64, seenFrom viewer: Participant, in db: Database
  ) throws {
    for open in try openDecisions(ofSweep: sweep, in: db) {
      guard let owner = open.owner, viewer.life(of: owner) == .unseen else { continue }
      try release(open, in: db)
    }
  }

  /// Closes the attempt at a decision whose process is gone, and lets its trial wait.
  static func release(_ open: OpenDecision, in db: Database) throws {
    if let attempt = open.attempt { try close(attempt, outcome: "interrupted", in: db) }
    try markWaiting(open.trial, in: db)
  }

  static func markWaiting(_ trial: Int64, in db: Database) throws {
    try db.execute(
      sql: "UPDATE trial SET state = 'waiting' WHERE id = ? AND state = 'running'",
      arguments: [trial])
  }

  /// An attempt that has not ended, in any sweep.
  struct Open {
    let id: Int64
    let trial: Int64
    let owner: ProcessIdentity
  }

  /// The open attempts of the whole file. It reads files of every format.
  static func open(in db: Database) throws -> [Open] {
    try Row.fetchAll(db, sql: "SELECT * FROM attempt WHERE ended IS NULL ORDER BY id")
      .compactMap { row in
        try owner(in: row).map {
          Open(
            id: try row.value("id", of: "attempt"), trial: try row.value("trial", of: "attempt"),
            owner: $0)
        }
      }
  }

  /// The open attempts whose processes are gone, in all sweeps of the file.
  static func abandoned(seenFrom viewer: Participant, in db: Database) throws -> [Open] {
    try open(in: db).filter { viewer.life(of: $0.owner) == .gone }
  }

  /// The processes that have an open attempt at any trial of the file and may be alive.
  static func livingOwners(
    seenFrom viewer: Participant, in db: Database
  ) throws -> [ProcessIdentity] {
    try open(in: db).map(\.owner).filter { viewer.life(of: $0) != .gone }
  }

  private static func owner(in row: Row) throws -> ProcessIdentity? {
    guard let host: String = try row.value("host", of: "attempt"),
      let pid: Int = try row.value("pid", of: "attempt")
    else { return nil }
    var owner = ProcessIdentity(
      host: host, bootID: try row.value("bootID", of: "attempt"),
      pidNamespace: try row.value("pidNamespace", of: "attempt"), pid: pid,
      start: try row.value("processStart", of: "attempt"))
    // An old file has no such column.
    if row.hasColumn("lock") {
      let lock: String? = try row.value("lock", of: "attempt")
      owner.lock = lock.flatMap(LockedByte.init)
    }
    return owner
  }
}

extension ResultsDatabase {
  /// Closes the attempts that processes have left behind in any sweep of the file: their trials wait.
  func releaseAbandoned() throws {
    // Most of the time there is nothing, which takes no write to find out.
    guard try !read({ try Attempt.abandoned(seenFrom: owner, in: $0) }).isEmpty else { return }
    try write { db in
      for attempt in try Attempt.abandoned(seenFrom: owner, in: db) {
        try Attempt.close(attempt.id, outcome: "interrupted", in: db)
        try Attempt.markWaiting(attempt.trial, in: db)
      }
    }
  }
}
