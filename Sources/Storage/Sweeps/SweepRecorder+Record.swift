import GRDB
import Tuning

extension SweepRecorder {
  /// Writes an event down; it is on disk when this returns.
  ///
  /// The start of a trial was written when it was handed out. A trial that another process has taken
  /// over meanwhile is an error.
  package func record(_ event: TrialEvent) throws {
    switch event {
    case .started(let trial):
      _ = try claim(of: trial)
    case .epoch(let trial, let report):
      try write(trial, columns: columns(report.validMetrics, .valid)) { db, claim in
        try Self.insert(report, of: claim.trial, in: db)
      }
    case .ended(let trial, let outcome):
      try write(trial, columns: columns(of: outcome)) { db, claim in
        try self.end(claim, outcome, in: db)
      }
      state.withLock { state in
        state.claims[trial.number] = nil
      }
    }
  }

  /// Keeps the first epochs that earlier attempts at a trial have written, and deletes what they
  /// wrote after that: the attempt goes on from there.
  ///
  /// Returns false, and keeps none, where not all of them are there.
  package func keepEpochs(_ count: Int, of trial: Trial) throws -> Bool {
    let claim = try claim(of: trial)
    let seconds: Double? = try database.write { db in
      guard try Attempt.isOpen(claim.attempt, in: db) else {
        throw StorageError.lostTrial(sweep: name, number: trial.number)
      }
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*) AS count, coalesce(sum(trainSeconds + evaluationSeconds), 0) AS seconds
          FROM epoch WHERE trial = ? AND number < ?
          """, arguments: [claim.trial, count])
      let isWhole = row?["count"] == count
      let kept = isWhole ? count : 0
      try db.execute(
        sql: "DELETE FROM metric WHERE trial = ? AND (epoch >= ? OR split = 'test')",
        arguments: [claim.trial, kept])
      try db.execute(
        sql: "DELETE FROM epoch WHERE trial = ? AND number >= ?", arguments: [claim.trial, kept])
      try db.execute(
        sql: "UPDATE trial SET epochs = ? WHERE id = ?",
        arguments: [kept > 0 ? kept : nil, claim.trial])
      return isWhole ? row?["seconds"] : nil
    }
    state.withLock { $0.claims[trial.number]?.secondsBefore = seconds ?? 0 }
    return seconds != nil
  }

  private func claim(of trial: Trial) throws -> Claim {
    guard let claim = state.withLock({ $0.claims[trial.number] }) else {
      throw StorageError.lostTrial(sweep: name, number: trial.number)
    }
    return claim
  }

  private func write(
    _ trial: Trial, columns: [ResultColumn], _ body: (Database, Claim) throws -> Void
  ) throws {
    let claim = try claim(of: trial)
    let new = state.withLock { state in columns.filter { !state.columns.contains($0) } }
    try database.write { db in
      guard try Attempt.isOpen(claim.attempt, in: db) else {
        throw StorageError.lostTrial(sweep: name, number: trial.number)
      }
      try ResultViews.add(new, to: db)
      try body(db, claim)
    }
    // Only now are they certain to be there.
    state.withLock { $0.columns.formUnion(new) }
  }

  private static func insert(_ report: EpochReport, of trial: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO epoch (trial, number, trainLoss, trainSeconds, evaluationSeconds, validScore, ended)
        VALUES (?, ?, ?, ?, ?, ?, \(SQL.now))
        """,
      arguments: [
        trial, report.epoch, report.trainLoss, report.trainSeconds, report.evaluationSeconds,
        report.validScore,
      ])
    try store(report.validMetrics, .valid, epoch: report.epoch, of: trial, in: db)
    try db.execute(
      sql:
        "UPDATE trial SET epochs = (SELECT count(*) FROM epoch WHERE trial = :id) WHERE id = :id",
      arguments: ["id": trial])
  }

  private static func store(
    _ metrics: [Metric], _ split: ResultColumn.Kind, epoch: Int, of trial: Int64, in db: Database
  ) throws {
    for metric in metrics {
      try db.execute(
        sql: """
          INSERT INTO metric (trial, epoch, split, name, value) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (trial, epoch, split, name) DO UPDATE SET value = excluded.value
          """, arguments: [trial, epoch, split.rawValue, metric.name, metric.value])
    }
  }

  private func end(_ claim: Claim, _ outcome: TrialOutcome, in db: Database) throws {
    let state: TrialState
    switch outcome {
    case .complete(let summary):
      state = .complete
      try Self.store(
        summary.validMetrics, .valid, epoch: summary.bestEpoch, of: claim.trial, in: db)
      try Self.store(summary.testMetrics, .test, epoch: summary.bestEpoch, of: claim.trial, in: db)
      try db.execute(
        sql: """
          UPDATE trial SET validScore = ?, bestEpoch = ?, epochs = ?, kernels = ? WHERE id = ?
          """,
        arguments: [
          summary.validScore, summary.bestEpoch, summary.epochs, summary.kernels, claim.trial,
        ])
    case .pruned(let epochs):
      state = .pruned
      try storeBestEpoch(of: claim.trial, epochs: epochs, in: db)
    case .failed: state = .failed
    case .interrupted: state = .waiting
    }
    let failure: (reason: FailureReason, message: String)? =
      if case .failed(let reason, let message) = outcome { (reason, message) } else { nil }
    let seconds = claim.secondsBefore + claim.start.duration(to: .now) / .seconds(1)
    try db.execute(
      sql: """
        UPDATE trial SET state = :state, reason = :reason, message = :message,
          ended = CASE WHEN :state <> 'waiting' THEN \(SQL.now) END, seconds = :seconds
        WHERE id = :id
        """,
      arguments: [
        "state": state.rawValue, "reason": failure?.reason.rawValue, "message": failure?.message,
        "seconds": state == .waiting ? nil : seconds, "id": claim.trial,
      ])
    try Attempt.close(
      claim.attempt, outcome: state == .waiting ? "interrupted" : state.rawValue, in: db)
  }

  /// Gives a pruned trial the score of its best epoch, the later one of equals, as training does.
  private func storeBestEpoch(of trial: Int64, epochs: Int, in db: Database) throws {
    let best = try Row.fetchOne(
      db,
      sql: """
        SELECT number, validScore FROM epoch WHERE trial = ? AND validScore IS NOT NULL
        ORDER BY validScore \(biggerIsBetter ? "DESC" : "ASC"), number DESC LIMIT 1
        """, arguments: [trial])
    try db.execute(
      sql: "UPDATE trial SET validScore = ?, bestEpoch = ?, epochs = ? WHERE id = ?",
      arguments: [best?["validScore"] as Double?, best?["number"] as Int?, epochs, trial])
  }

  private func columns(of outcome: TrialOutcome) -> [ResultColumn] {
    guard case .complete(let summary) = outcome else { return [] }
    return columns(summary.validMetrics, .valid) + columns(summary.testMetrics, .test)
  }

  private func columns(_ metrics: [Metric], _ kind: ResultColumn.Kind) -> [ResultColumn] {
    metrics.map { ResultColumn(kind: kind, name: $0.name) }
  }
}
