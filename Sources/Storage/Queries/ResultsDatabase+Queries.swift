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

  /// The sweep of a name, or the one that was begun last.
  package func sweep(named name: String? = nil) throws -> SweepRecord {
    try read { db in
      let row =
        if let name {
          try Row.fetchOne(db, sql: "SELECT * FROM sweep WHERE name = ?", arguments: [name])
        } else {
          try Row.fetchOne(db, sql: "SELECT * FROM sweep ORDER BY id DESC LIMIT 1")
        }
      if let row { return try sweep(row, in: db) }
      let known = try String.fetchAll(db, sql: "SELECT name FROM sweep ORDER BY id")
      guard let name, !known.isEmpty else { throw StorageError.noSweep(path: path) }
      throw StorageError.unknownSweep(name: name, known: known)
    }
  }

  /// The trials of a sweep, the best first; those without a score come last. Of equal scores the
  /// lowest number comes first.
  package func trials(
    of sweep: String, in states: Set<TrialState> = Set(TrialState.allCases), limit: Int? = nil
  ) throws -> [TrialRecord] {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT id, biggerIsBetter FROM sweep WHERE name = ?", arguments: [sweep])
      else { return [] }
      let direction = Direction(biggerIsBetter: row["biggerIsBetter"])
      let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      return try trials(
        Row.fetchAll(
          db,
          sql: """
            SELECT * FROM trial WHERE sweep = ? AND state IN (\(words))
            ORDER BY validScore IS NULL, validScore \(direction.bestFirst), number
            LIMIT ?
            """, arguments: [row["id"] as Int64, limit ?? -1]), in: db)
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
      let trial = try Int64.fetchOne(
        db,
        sql: """
          SELECT trial.id FROM trial JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ? AND trial.number = ?
          """, arguments: [sweep, number])
      return try trial.flatMap { try EpochReport.fetch(trials: [$0], in: db)[$0] } ?? []
    }
  }

  private func sweep(_ row: Row, in db: Database) throws -> SweepRecord {
    let id: Int64 = row["id"]
    let direction = Direction(biggerIsBetter: row["biggerIsBetter"])
    let settings = try Row.fetchAll(
      db, sql: "SELECT name, value FROM setting WHERE sweep = ? ORDER BY name", arguments: [id])
    let facts = try Row.fetchOne(
      db,
      sql: """
        SELECT \(direction == .maximize ? "max" : "min")(validScore) AS best,
          EXISTS (SELECT 1 FROM parameter WHERE sweep = :sweep AND name = :seed) AS searchesSeed
        FROM trial WHERE sweep = :sweep AND state = 'complete'
        """, arguments: ["sweep": id, "seed": StoredSweep.seedName])
    return SweepRecord(
      name: row["name"], created: row["created"], model: row["model"], dataset: row["dataset"],
      dataDigest: row["dataDigest"], space: row["space"], sampler: row["sampler"],
      seed: row["seed"], validMetric: row["validMetric"], direction: direction,
      plannedTrials: row["plannedTrials"], dataPath: row["dataPath"],
      settings: settings.map { SweepDescription.Setting(name: $0["name"], value: $0["value"]) },
      searchesSeed: facts?["searchesSeed"] ?? false,
      counts: try TrialCounts(ofSweep: id, seenFrom: owner, in: db), bestScore: facts?["best"])
  }

  /// The records of rows of `trial`, in their order.
  private func trials(_ rows: [Row], in db: Database) throws -> [TrialRecord] {
    let ids: [Int64] = rows.map { $0["id"] }
    let points = try Self.points(ids, in: db)
    let metrics = try Self.bestMetrics(ids, in: db)
    let states = rows.map { TrialState(rawValue: $0["state"]) ?? .waiting }
    let abandoned =
      states.contains(.running)
      ? Set(try Attempt.abandoned(seenFrom: owner, in: db).map(\.trial)) : []
    return zip(rows, states).map { row, state in
      let id: Int64 = row["id"]
      let reason: String? = row["reason"]
      return TrialRecord(
        trial: Trial(number: row["number"], point: points[id] ?? Point([]), seed: row["seed"]),
        state: state == .running && abandoned.contains(id) ? .waiting : state,
        failure: reason.flatMap(FailureReason.init(rawValue:)).map {
          TrialRecord.Failure(reason: $0, message: row["message"] ?? "")
        }, seconds: row["seconds"],
        result: Self.result(row, valid: metrics.valid[id] ?? [], test: metrics.test[id] ?? []))
    }
  }

  private static func result(_ row: Row, valid: [Metric], test: [Metric]) -> TrialResult? {
    guard let bestEpoch: Int = row["bestEpoch"], let epochs: Int = row["epochs"] else { return nil }
    return TrialResult(
      bestEpoch: bestEpoch, epochs: epochs, validScore: row["validScore"],
      unroundedScore: row["unroundedScore"], validMetrics: valid, testMetrics: test,
      kernels: row["kernels"] ?? "")
  }

  private static func points(_ trials: [Int64], in db: Database) throws -> [Int64: Point] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT trial, name, text FROM trialParameter
        WHERE trial IN (\(list(trials))) AND name <> ? ORDER BY trial, position
        """, arguments: [StoredSweep.seedName])
    return Dictionary(grouping: rows) { $0["trial"] as Int64 }.mapValues { rows in
      Point(
        rows.map { row in
          let text: String = row["text"]
          return Point.Entry(
            name: row["name"], value: (try? Literal(parsing: text)) ?? .string(text))
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
    func metrics(_ split: String) -> [Int64: [Metric]] {
      Dictionary(grouping: rows.filter { $0["split"] == split }) { $0["trial"] as Int64 }
        .mapValues { $0.map(Metric.init) }
    }
    return (metrics("valid"), metrics("test"))
  }

  /// Ids as SQL: a statement takes only so many arguments.
  private static func list(_ ids: [Int64]) -> String {
    ids.map { "\($0)" }.joined(separator: ", ")
  }
}

extension Metric {
  init(_ row: Row) {
    self.init(name: row["name"], value: row["value"] ?? .nan)
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
    let byEpoch = Dictionary(grouping: metrics) { Key(trial: $0["trial"], epoch: $0["epoch"]) }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM epoch WHERE trial IN (\(list))\(only.replacing("%column", with: "number"))
        ORDER BY trial, number
        """)
    return Dictionary(grouping: rows) { $0["trial"] as Int64 }.mapValues { rows in
      rows.map { row in
        EpochReport(
          epoch: row["number"], trainLoss: row["trainLoss"] ?? .nan,
          trainSeconds: row["trainSeconds"] ?? 0, evaluationSeconds: row["evaluationSeconds"] ?? 0,
          validScore: row["validScore"], unroundedScore: row["unroundedScore"],
          validMetrics: (byEpoch[Key(trial: row["trial"], epoch: row["number"])] ?? [])
            .map(Metric.init))
      }
    }
  }
}
