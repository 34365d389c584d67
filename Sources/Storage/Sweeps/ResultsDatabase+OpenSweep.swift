import GRDB
import Tuning

extension ResultsDatabase {
  /// Finds the sweep that a command line describes, or begins it, and takes over what was left
  /// unfinished by processes that are gone.
  ///
  /// A sweep with the given name that was made with other data or settings is an error; without a
  /// name only a sweep with the same data and settings is found. A larger space is added to the old.
  package func openSweep(_ description: SweepDescription) throws -> SweepRecorder {
    let opened = try write { db in
      let found = try find(description, in: db)
      let id = try found ?? create(description, in: db)
      try db.execute(
        sql: "UPDATE sweep SET space = ?, plannedTrials = ? WHERE id = ?",
        arguments: [description.spaceText, description.plannedTrials, id])
      for (position, parameter) in description.space.enumerated() {
        try parameter.store(at: position, ofSweep: id, in: db)
      }
      let columns =
        description.space.map { ResultColumn(kind: .parameter, name: $0.name) }
        + description.metrics.map { ResultColumn(kind: .valid, name: $0) }
        + description.metrics.map { ResultColumn(kind: .test, name: $0) }
      try ResultViews.add(columns, to: db)
      try Attempt.closeAbandoned(ofSweep: id, seenFrom: owner, in: db)
      return OpenedSweep(
        id: id, isNew: found == nil,
        name: try String.fetchOne(
          db, sql: "SELECT name FROM sweep WHERE id = ?", arguments: [id]) ?? "",
        counts: try TrialCounts(ofSweep: id, seenFrom: owner, in: db),
        finished: try finishedTrials(ofSweep: id, in: db),
        known: try finishedKeys(ofSweep: id, in: db), columns: Set(columns))
    }
    return SweepRecorder(opened, description: description, database: self)
  }

  private func find(_ description: SweepDescription, in db: Database) throws -> Int64? {
    let identity = SweepIdentity(description)
    if let name = description.name {
      guard
        let id = try Int64.fetchOne(
          db, sql: "SELECT id FROM sweep WHERE name = ?", arguments: [name])
      else { return nil }
      let old = try SweepIdentity(ofSweep: id, in: db)
      let differences = identity.differences(from: old)
      guard differences.isEmpty else {
        throw StorageError.sweepDiffers(name: name, differences: differences)
      }
      return id
    }
    let candidates = try Int64.fetchAll(
      db,
      sql: "SELECT id FROM sweep WHERE NOT isNamed AND dataDigest = ? ORDER BY id DESC",
      arguments: [description.dataDigest])
    return try candidates.first {
      try identity.differences(from: SweepIdentity(ofSweep: $0, in: db)).isEmpty
    }
  }

  private func create(_ description: SweepDescription, in db: Database) throws -> Int64 {
    let name = try description.name ?? freeName(for: description.dataset, in: db)
    try db.execute(
      sql: """
        INSERT INTO sweep (name, isNamed, created, model, dataset, dataDigest, space, sampler, seed,
          validMetric, biggerIsBetter, toolVersion)
        VALUES (?, ?, \(SQL.now), ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        name, description.name != nil, description.model, description.dataset,
        description.dataDigest, description.spaceText, description.sampler, description.seed,
        description.validMetric, description.biggerIsBetter, description.toolVersion,
      ])
    let id = db.lastInsertedRowID
    for setting in description.settings {
      try db.execute(
        sql: "INSERT INTO setting (sweep, name, value) VALUES (?, ?, ?)",
        arguments: [id, setting.name, setting.value])
    }
    try OptunaStudy.create(description, name: name, id: id, in: db)
    return id
  }

  /// The first of `ml-100k-1`, `ml-100k-2`, … that no sweep has.
  private func freeName(for dataset: String, in db: Database) throws -> String {
    let taken = try Set(String.fetchAll(db, sql: "SELECT name FROM sweep"))
    var number = 1
    while taken.contains("\(dataset)-\(number)") { number += 1 }
    return "\(dataset)-\(number)"
  }

  private func finishedTrials(ofSweep id: Int64, in db: Database) throws -> [FinishedTrial] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT number, CASE WHEN state = 'complete' THEN validScore END AS score FROM trial
        WHERE sweep = ? AND state IN ('complete', 'pruned', 'failed') ORDER BY number
        """, arguments: [id])
    return rows.map { FinishedTrial(number: $0["number"], score: $0["score"]) }
  }

  private func finishedKeys(ofSweep id: Int64, in db: Database) throws -> Set<String> {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT parameters, seed FROM trial
        WHERE sweep = ? AND state IN ('complete', 'pruned', 'failed')
        """, arguments: [id])
    return Set(rows.map { TrialProposal.key(parameters: $0["parameters"], seed: $0["seed"]) })
  }
}

/// What `openSweep` learned in its transaction.
struct OpenedSweep {
  let id: Int64
  let isNew: Bool
  let name: String
  let counts: TrialCounts
  let finished: [FinishedTrial]
  /// Keys of the finished trials.
  let known: Set<String>
  let columns: Set<ResultColumn>
}

/// SQL that several statements share.
enum SQL {
  /// The time of the statement, UTC, as Optuna writes it.
  static let now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
}
