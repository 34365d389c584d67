import GRDB
import Tuning

// Nothing here selects or sorts by a test metric.
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
      let biggerIsBetter: Bool = row["biggerIsBetter"]
      let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      let trials = try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM trial WHERE sweep = ? AND state IN (\(words))
          ORDER BY validScore IS NULL, validScore \(biggerIsBetter ? "DESC" : "ASC"), number
          LIMIT ?
          """, arguments: [row["id"] as Int64, limit ?? -1])
      return try trials.map { try trial($0, in: db) }
    }
  }

  /// The complete trial with the best validation score; nil where no trial has one.
  package func bestTrial(of sweep: String) throws -> TrialRecord? {
    try trials(of: sweep, in: [.complete], limit: 1).first { $0.validScore != nil }
  }

  /// The failed trials of a sweep, by number.
  package func failures(of sweep: String) throws -> [TrialRecord] {
    try trials(of: sweep, in: [.failed])
  }

  /// A trial by its number; nil where the sweep has none of it.
  package func trial(_ number: Int, of sweep: String) throws -> TrialRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT trial.* FROM trial JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ? AND trial.number = ?
          """, arguments: [sweep, number]
      ).map { try trial($0, in: db) }
    }
  }

  /// The epochs that a trial has finished.
  package func epochs(of sweep: String, trial number: Int) throws -> [EpochRecord] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT epoch.* FROM epoch JOIN trial ON trial.id = epoch.trial
          JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ? AND trial.number = ? ORDER BY epoch.number
          """, arguments: [sweep, number])
      return try rows.map { row in
        EpochRecord(
          number: row["number"], trainLoss: row["trainLoss"], trainSeconds: row["trainSeconds"],
          evaluationSeconds: row["evaluationSeconds"], validScore: row["validScore"],
          validMetrics: try metrics("valid", epoch: row["number"], of: row["trial"], in: db))
      }
    }
  }

  private func sweep(_ row: Row, in db: Database) throws -> SweepRecord {
    let id: Int64 = row["id"]
    let biggerIsBetter: Bool = row["biggerIsBetter"]
    let settings = try Row.fetchAll(
      db, sql: "SELECT name, value FROM setting WHERE sweep = ? ORDER BY name", arguments: [id])
    let best = try Double.fetchOne(
      db,
      sql: """
        SELECT \(biggerIsBetter ? "max" : "min")(validScore) FROM trial
        WHERE sweep = ? AND state = 'complete'
        """, arguments: [id])
    return SweepRecord(
      name: row["name"], created: row["created"], model: row["model"], dataset: row["dataset"],
      dataDigest: row["dataDigest"],
      space: row["space"], sampler: row["sampler"], seed: row["seed"],
      validMetric: row["validMetric"], biggerIsBetter: biggerIsBetter,
      plannedTrials: row["plannedTrials"],
      settings: settings.map { SweepDescription.Setting(name: $0["name"], value: $0["value"]) },
      counts: try TrialCounts(ofSweep: id, seenFrom: owner, in: db), bestScore: best)
  }

  private func trial(_ row: Row, in db: Database) throws -> TrialRecord {
    let id: Int64 = row["id"]
    let bestEpoch: Int? = row["bestEpoch"]
    let parameters = try Row.fetchAll(
      db, sql: "SELECT name, text FROM trialParameter WHERE trial = ? ORDER BY position",
      arguments: [id])
    let reason: String? = row["reason"]
    return TrialRecord(
      number: row["number"], state: TrialState(rawValue: row["state"]) ?? .waiting,
      seed: row["seed"],
      parameters: parameters.map { TrialRecord.Parameter(name: $0["name"], text: $0["text"]) },
      reason: reason.flatMap(FailureReason.init(rawValue:)), message: row["message"],
      validScore: row["validScore"], bestEpoch: bestEpoch, epochs: row["epochs"],
      seconds: row["seconds"], kernels: row["kernels"],
      validMetrics: try metrics("valid", epoch: bestEpoch, of: id, in: db),
      testMetrics: try metrics("test", epoch: bestEpoch, of: id, in: db))
  }

  private func metrics(
    _ split: String, epoch: Int?, of trial: Int64, in db: Database
  ) throws -> [Metric] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT name, value FROM metric WHERE trial = ? AND epoch = ? AND split = ? ORDER BY id
        """, arguments: [trial, epoch, split])
    return rows.map { Metric(name: $0["name"], value: $0["value"] ?? .nan) }
  }
}
