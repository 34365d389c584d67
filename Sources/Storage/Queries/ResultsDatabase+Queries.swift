import GRDB
import Literals
import Trials

// Nothing here selects or sorts by a test metric. Every method takes a fixed number of queries,
// however many trials there are.
extension ResultsDatabase {
  /// All sweeps, the oldest first.
  package func sweeps() throws -> [SweepRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM sweep ORDER BY id").map { try sweep($0, in: db) }
    }
  }

  /// The sweep of a name, or the one that was worked on last.
  package func sweep(named name: String? = nil) throws -> SweepRecord {
    try read { db in
      let row =
        if let name {
          try Row.fetchOne(db, sql: "SELECT * FROM sweep WHERE name = ?", arguments: [name])
        } else {
          try Row.fetchOne(
            db,
            sql: """
              SELECT * FROM sweep ORDER BY max(
                coalesce(opened, created),
                coalesce(
                  (SELECT max(coalesce(attempt.ended,
                    (SELECT max(epoch.ended) FROM epoch WHERE epoch.trial = attempt.trial),
                    attempt.started))
                  FROM trial JOIN attempt ON attempt.trial = trial.id
                  WHERE trial.sweep = sweep.id), '')) DESC, id DESC
              LIMIT 1
              """)
        }
      if let row { return try sweep(row, in: db) }
      let known: [String] = try db.values("sweep.name", sql: "SELECT name FROM sweep ORDER BY id")
      guard let name, !known.isEmpty else { throw StorageError.noSweep(path: path) }
      throw StorageError.unknownSweep(name: name, known: known)
    }
  }

  /// The trials of a sweep, the best first; those without a score come last. Of equal scores the
  /// lowest number comes first. Trials that only confirm a result are none of them.
  package func trials(
    of sweep: String, in states: Set<TrialState> = Set(TrialState.allCases), limit: Int? = nil
  ) throws -> [TrialRecord] {
    try trials(of: sweep, in: states, confirming: false, limit: limit)
  }

  /// The complete trials that confirm a result of a sweep, the best first. They are used for no choice.
  package func confirmations(of sweep: String) throws -> [TrialRecord] {
    try trials(of: sweep, in: [.complete], confirming: true, limit: nil)
  }

  private func trials(
    of sweep: String, in states: Set<TrialState>, confirming: Bool, limit: Int?
  ) throws -> [TrialRecord] {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT id, biggerIsBetter FROM sweep WHERE name = ?", arguments: [sweep])
      else { return [] }
      let direction = Direction(biggerIsBetter: try row.value("biggerIsBetter", of: "sweep"))
      let id: Int64 = try row.value("id", of: "sweep")
      let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      return try trials(
        Row.fetchAll(
          db,
          sql: """
            SELECT * FROM trial WHERE sweep = ? AND state IN (\(words))
              AND \(confirming ? "" : "NOT ")\(SQL.confirms("trial.id"))
            ORDER BY validScore IS NULL, validScore \(direction.bestFirst), number
            LIMIT ?
            """, arguments: [id, limit ?? -1]), in: db)
    }
  }

  /// The complete trial with the best validation score; nil if no trial has one.
  package func bestTrial(of sweep: String) throws -> TrialRecord? {
    try trials(of: sweep, in: [.complete], limit: 1).first { $0.result?.validScore != nil }
  }

  /// The failed trials of a sweep, by number.
  package func failures(of sweep: String) throws -> [TrialRecord] {
    try trials(of: sweep, in: [.failed])
  }

  /// A trial by its number; nil if the sweep has none of it.
  package func trial(_ number: Int, of sweep: String) throws -> TrialRecord? {
    try read { db in
      try trials(
        Row.fetchAll(
          db,
          sql: """
            SELECT trial.* FROM trial JOIN sweep ON sweep.id = trial.sweep
            WHERE sweep.name = ? AND trial.number = ?
            """, arguments: [sweep, number]), in: db
      ).first
    }
  }

  /// The epochs that a trial has finished. A figure that was NaN is NaN, or has no score.
  package func epochs(of sweep: String, trial number: Int) throws -> [EpochReport] {
    try read { db in
      let trial: Int64? = try db.value(
        "trial.id",
        sql: """
          SELECT trial.id FROM trial JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ? AND trial.number = ?
          """, arguments: [sweep, number])
      return try trial.flatMap { try EpochReport.fetch(trials: [$0], in: db)[$0] } ?? []
    }
  }

  private func sweep(_ row: Row, in db: Database) throws -> SweepRecord {
    let id: Int64 = try row.value("id", of: "sweep")
    let direction = Direction(biggerIsBetter: try row.value("biggerIsBetter", of: "sweep"))
    let settings = try Row.fetchAll(
      db, sql: "SELECT name, value FROM setting WHERE sweep = ? ORDER BY name", arguments: [id])
    let facts = try Row.fetchOne(
      db,
      sql: """
        SELECT \(direction == .maximize ? "max" : "min")(validScore) AS best,
          EXISTS (SELECT 1 FROM parameter WHERE sweep = :sweep AND name = :seed) AS searchesSeed
        FROM trial
        WHERE sweep = :sweep AND state = 'complete' AND NOT \(SQL.confirms("trial.id"))
        """, arguments: ["sweep": id, "seed": StoredSweep.seedName])
    return SweepRecord(
      name: try row.value("name", of: "sweep"), created: try row.value("created", of: "sweep"),
      model: try row.value("model", of: "sweep"), dataset: try row.value("dataset", of: "sweep"),
      dataDigest: try row.value("dataDigest", of: "sweep"),
      space: try row.value("space", of: "sweep"), sampler: try row.value("sampler", of: "sweep"),
      seed: try row.value("seed", of: "sweep"),
      validMetric: try row.value("validMetric", of: "sweep"), direction: direction,
      plannedTrials: try row.value("plannedTrials", of: "sweep"),
      dataPath: try row.value("dataPath", of: "sweep"),
      settings: try settings.map { row in
        SweepDescription.Setting(
          name: try row.value("name", of: "setting"), value: try row.value("value", of: "setting"))
      }, searchesSeed: try facts?.value(at: 1, "parameter.name") ?? false,
      counts: try TrialCounts(ofSweep: id, seenFrom: owner, in: db),
      bestScore: try facts?.value(at: 0, "trial.validScore"),
      budget: try EpochBudget(ofSweep: id, in: db))
  }

  /// The records of rows of `trial`, in their order.
  private func trials(_ rows: [Row], in db: Database) throws -> [TrialRecord] {
    let ids: [Int64] = try rows.map { try $0.value("id", of: "trial") }
    let points = try Self.points(ids, in: db)
    let metrics = try Self.bestMetrics(ids, in: db)
    let states: [TrialState] = try rows.map { try $0.value("state", of: "trial") }
    let abandoned =
      states.contains(.running)
      ? Set(try Attempt.abandoned(seenFrom: owner, in: db).map(\.trial)) : []
    return try zip(zip(ids, states), rows).map { known, row in
      let (id, state) = known
      let reason: FailureReason? = try row.value("reason", of: "trial")
      return TrialRecord(
        trial: Trial(
          number: try row.value("number", of: "trial"), point: points[id] ?? Point([]),
          seed: try row.value("seed", of: "trial")),
        state: state == .running && abandoned.contains(id) ? .waiting : state,
        failure: try reason.map {
          TrialRecord.Failure(reason: $0, message: try row.value("message", of: "trial") ?? "")
        }, seconds: try row.value("seconds", of: "trial"),
        result: try Self.result(row, valid: metrics.valid[id] ?? [], test: metrics.test[id] ?? []))
    }
  }

  private static func result(
    _ row: Row, valid: [Metric], test: [Metric]
  ) throws -> TrialResult? {
    guard let bestEpoch: Int = try row.value("bestEpoch", of: "trial"),
      let epochs: Int = try row.value("epochs", of: "trial")
    else { return nil }
    return TrialResult(
      bestEpoch: try bestEpoch.counted("trial.bestEpoch"),
      epochs: try epochs.counted("trial.epochs"),
      validScore: try row.value("validScore", of: "trial"),
      unroundedScore: try row.value("unroundedScore", of: "trial"), validMetrics: valid,
      testMetrics: test, kernels: try row.value("kernels", of: "trial") ?? "")
  }

  private static func points(_ trials: [Int64], in db: Database) throws -> [Int64: Point] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT trial, name, text FROM trialParameter
        WHERE trial IN (\(list(trials))) AND name <> ? ORDER BY trial, position
        """, arguments: [StoredSweep.seedName])
    return try Dictionary(grouping: rows) { row -> Int64 in
      try row.value("trial", of: "trialParameter")
    }.mapValues { rows in
      Point(
        try rows.map { row in
          Point.Entry(
            name: try row.value("name", of: "trialParameter"),
            value: try Literal(stored: row.value("text", of: "trialParameter")))
        })
    }
  }

  /// Metrics at the best epoch, in the order in which the trials reported them.
  private static func bestMetrics(
    _ trials: [Int64], in db: Database
  ) throws -> (valid: [Int64: [Metric]], test: [Int64: [Metric]]) {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT metric.trial AS trial, split, name, value FROM metric
        JOIN trial ON trial.id = metric.trial AND trial.bestEpoch = metric.epoch
        WHERE metric.trial IN (\(list(trials))) ORDER BY metric.id
        """)
    var metrics: [MetricSplit: [Int64: [Metric]]] = [:]
    for row in rows {
      let split: MetricSplit = try row.value("split", of: "metric")
      let trial: Int64 = try row.value("trial", of: "metric")
      metrics[split, default: [:]][trial, default: []].append(try Metric(row))
    }
    return (metrics[.valid] ?? [:], metrics[.test] ?? [:])
  }

  /// Ids as SQL: a statement takes only so many arguments.
  private static func list(_ ids: [Int64]) -> String {
    ids.map { "\($0)" }.joined(separator: ", ")
  }
}

/// The words for what a metric was computed on.
private enum MetricSplit: String, CaseIterable, StoredValue {
  case valid, test
}

extension Metric {
  init(_ row: Row) throws {
    self.init(
      name: try row.value("name", of: "metric"), value: try row.value("value", of: "metric") ?? .nan
    )
  }
}

extension EpochReport {
  /// The epochs of trials, or one epoch of each, by the trials' ids.
  static func fetch(
    trials: [Int64], epoch: Int? = nil, in db: Database
  ) throws -> [Int64: [EpochReport]] {
    let list = trials.map { "\($0)" }.joined(separator: ", ")
    let only = epoch.map { " AND %column = \($0)" } ?? ""
    let metrics = try Row.fetchAll(
      db,
      sql: """
        SELECT trial, epoch, name, value FROM metric
        WHERE trial IN (\(list)) AND split = 'valid'\(only.replacing("%column", with: "epoch"))
        ORDER BY id
        """)
    struct Key: Hashable {
      let trial: Int64
      let epoch: Int
    }
    let byEpoch = try Dictionary(grouping: metrics) { row in
      Key(trial: try row.value("trial", of: "metric"), epoch: try row.value("epoch", of: "metric"))
    }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM epoch WHERE trial IN (\(list))\(only.replacing("%column", with: "number"))
        ORDER BY trial, number
        """)
    var reports: [Int64: [EpochReport]] = [:]
    for row in rows {
      let key = Key(
        trial: try row.value("trial", of: "epoch"), epoch: try row.value("number", of: "epoch"))
      reports[key.trial, default: []].append(
        EpochReport(
          epoch: key.epoch, trainLoss: try row.value("trainLoss", of: "epoch") ?? .nan,
          trainSeconds: try row.value("trainSeconds", of: "epoch") ?? 0,
          evaluationSeconds: try row.value("evaluationSeconds", of: "epoch") ?? 0,
          validScore: try row.value("validScore", of: "epoch"),
          unroundedScore: try row.value("unroundedScore", of: "epoch"),
          validMetrics: try (byEpoch[key] ?? []).map(Metric.init)))
    }
    return reports
  }
}
