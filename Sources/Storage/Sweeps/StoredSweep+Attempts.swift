import GRDB
import Trials
import Tuning

extension StoredSweep {
  package func keepEpochs(_ count: Int, of claim: Claim) throws -> Bool {
    let own = try own(claim)
    let (seconds, covered): (Double?, Int) = try database.write { db in
      try demandOpen(claim, in: db)
      let covered =
        try db.value(
          "outcome.epochs",
          sql: """
            SELECT max(outcome.epochs) FROM outcome JOIN decision ON decision.id = outcome.decision
            WHERE decision.trial = ? AND outcome.kind = 'paused'
            """, arguments: [own.trial]) ?? 0
      let row = try db.rows(
        """
        SELECT count(*) AS count, coalesce(sum(trainSeconds + evaluationSeconds), 0) AS seconds
        FROM epoch WHERE trial = ? AND number < ?
        """, arguments: [own.trial, count]
      ).first
      let isWhole = try row?.value("count", of: "epoch") == count
      let kept = max(isWhole ? count : 0, covered)
      try db.cachedStatement(
        sql: "DELETE FROM metric WHERE trial = ? AND (epoch >= ? OR split = 'test')"
      )
      .execute(arguments: [own.trial, kept])
      try db.cachedStatement(sql: "DELETE FROM epoch WHERE trial = ? AND number >= ?")
        .execute(arguments: [own.trial, kept])
      try db.cachedStatement(sql: "UPDATE trial SET epochs = ? WHERE id = ?")
        .execute(arguments: [kept > 0 ? kept : nil, own.trial])
      return (isWhole ? try row?.value("seconds", of: "epoch") : nil, covered)
    }
    state.withLock { state in
      state.own[claim.attempt]?.secondsBefore = seconds ?? 0
      state.own[claim.attempt]?.coveredEpochs = covered
    }
    return seconds != nil
  }

  package func record(_ report: EpochReport, of claim: Claim) throws {
    let own = try own(claim)
    if report.epoch < own.coveredEpochs {
      let old = try database.read { db in
        try demandOpen(claim, in: db)
        return try EpochReport.fetch(trials: [own.trial], epoch: report.epoch, in: db)[own.trial]?
          .first
      }
      // Without a row, somebody has deleted it by hand, and it is written again.
      if let old {
        guard old.hasSameFigures(as: report) else {
          throw DecisionStoreError.differs(epoch: report.epoch, trial: claim.trial.number)
        }
        return
      }
    }
    try write(claim, columns: columns(report.validMetrics, .valid)) { db in
      try Self.insert(report, of: own.trial, in: db)
    }
  }

  package func end(_ claim: Claim, with end: AttemptEnd) throws {
    let own = try own(claim)
    var new: [ResultColumn] = []
    if case .complete(let result) = end {
      new = columns(result.validMetrics, .valid) + columns(result.testMetrics, .test)
    }
    try write(claim, columns: new) { db in try self.end(own, claim, end, in: db) }
    state.withLock { $0.own[claim.attempt] = nil }
    switch end {
    case .complete, .paused, .failed:
      // A copy that is made from now on has the trial.
      database.checkpoint(waiting: Self.patience(after: own.start.duration(to: .now)))
    case .interrupted, .declined: break
    }
  }

  /// Returns how long a trial waits until a copy of the file has it. Trials of less than a second do not
  /// wait for the disk, and no trial waits for a machine that is too busy to copy a few pages.
  private static func patience(after training: Duration) -> Duration {
    training < .seconds(1) ? training / 100 : max(training / 100, .seconds(3))
  }

  private func own(_ claim: Claim) throws -> OwnAttempt {
    guard let own = state.withLock({ $0.own[claim.attempt] }) else {
      throw DecisionStoreError.lost(claim.decision.number)
    }
    return own
  }

  private func demandOpen(_ claim: Claim, in db: Database) throws {
    guard try Attempt.isOpen(claim.attempt, in: db) else {
      throw DecisionStoreError.lost(claim.decision.number)
    }
  }

  private func write(
    _ claim: Claim, columns: [ResultColumn], _ body: (Database) throws -> Void
  ) throws {
    let new = state.withLock { state in columns.filter { !state.columns.contains($0) } }
    try database.write { db in
      try demandOpen(claim, in: db)
      try ResultViews.add(new, to: db)
      try body(db)
    }
    // Only now are they certain to be there.
    state.withLock { $0.columns.formUnion(new) }
  }

  private static func insert(_ report: EpochReport, of trial: Int64, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO epoch (trial, number, trainLoss, trainSeconds, evaluationSeconds, validScore,
          unroundedScore, ended)
        VALUES (?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """
    )
    .execute(arguments: [
      trial, report.epoch, report.trainLoss, report.trainSeconds, report.evaluationSeconds,
      report.validScore, report.unroundedScore,
    ])
    try store(report.validMetrics, .valid, epoch: report.epoch, of: trial, in: db)
    try db.cachedStatement(
      sql:
        "UPDATE trial SET epochs = (SELECT count(*) FROM epoch WHERE trial = :id) WHERE id = :id"
    )
    .execute(arguments: ["id": trial])
  }

  private static func store(
    _ metrics: [Metric], _ split: ResultColumn.Kind, epoch: Int, of trial: Int64, in db: Database
  ) throws {
    for metric in metrics {
      try db.cachedStatement(
        sql: """
          INSERT INTO metric (trial, epoch, split, name, value) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (trial, epoch, split, name) DO UPDATE SET value = excluded.value
          """
      )
      .execute(arguments: [trial, epoch, split.rawValue, metric.name, metric.value])
    }
  }

  private func end(
    _ own: OwnAttempt, _ claim: Claim, _ end: AttemptEnd, in db: Database
  ) throws {
    let state: TrialState
    switch end {
    case .complete(let result), .paused(let result):
      state = if case .paused = end { .paused } else { .complete }
      try Self.store(result.validMetrics, .valid, epoch: result.bestEpoch, of: own.trial, in: db)
      try Self.store(result.testMetrics, .test, epoch: result.bestEpoch, of: own.trial, in: db)
      try db.cachedStatement(
        sql: """
          UPDATE trial SET validScore = ?, unroundedScore = ?, bestEpoch = ?, epochs = ?,
            kernels = ?
          WHERE id = ?
          """
      )
      .execute(arguments: [
        result.validScore, result.unroundedScore, result.bestEpoch, result.epochs,
        result.kernels, own.trial,
      ])
    case .failed: state = .failed
    case .interrupted, .declined: state = .waiting
    }
    let failure: (reason: FailureReason, message: String)? =
      if case .failed(let reason, let message) = end { (reason, message) } else { nil }
    let seconds = own.secondsBefore + own.start.duration(to: .now) / .seconds(1)
    try db.cachedStatement(
      sql: """
        UPDATE trial SET state = :state, reason = :reason, message = :message,
          ended = CASE WHEN :state <> 'waiting' THEN \(SQL.now) END, seconds = :seconds
        WHERE id = :id
        """
    )
    .execute(arguments: [
      "state": state.rawValue, "reason": failure?.reason.rawValue, "message": failure?.message,
      "seconds": state == .waiting ? nil : seconds, "id": own.trial,
    ])
    let word =
      switch end {
      case .interrupted: "interrupted"
      case .declined: "declined"
      case .complete, .paused, .failed: state.rawValue
      }
    try Attempt.close(claim.attempt, outcome: word, in: db)
    let trained =
      try db.value(
        "epoch.trial", sql: "SELECT count(*) FROM epoch WHERE trial = ?", arguments: [own.trial])
      ?? 0
    guard let outcome = end.outcome(of: claim.decision, epochsTrained: trained) else { return }
    try db.cachedStatement(
      sql: """
        INSERT INTO outcome (decision, kind, epochs, bestEpoch, score, cost, reason, message, ended)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now))
        """
    )
    .execute(arguments: [
      own.decision, outcome.kind.rawValue, outcome.epochs, outcome.bestEpoch, outcome.score,
      outcome.cost, failure?.reason.rawValue, failure?.message,
    ])
  }

  private func columns(_ metrics: [Metric], _ kind: ResultColumn.Kind) -> [ResultColumn] {
    metrics.map { ResultColumn(kind: kind, name: $0.name) }
  }
}
