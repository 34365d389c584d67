import GRDB
import Tuning

extension ResultsDatabase {
  /// Finds the sweep that a command line describes, or begins it, and takes over what was left
  /// unfinished by processes that are gone.
  ///
  /// A sweep with the given name that was made with other data or settings is an error; without a
  /// name only a sweep with the same settings is found, and one whose data have changed is an error.
  /// A larger space is added to the old.
  ///
  /// - Parameters:
  ///   - isFresh: Begins a sweep whatever there is.
  ///   - retriesFailed: Failed trials are to be run again.
  package func openSweep(
    _ description: SweepDescription, isFresh: Bool = false, retriesFailed: Bool = false
  ) throws -> SweepRecorder {
    let opened = try write { db in
      if isFresh { try refuseKnownName(description, in: db) }
      let found = isFresh ? nil : try find(description, in: db)
      let id = try found ?? create(description, in: db)
      let revisions = try SweepRevision.note(description, ofSweep: id, in: db)
      try db.execute(
        sql: "UPDATE sweep SET space = ?, plannedTrials = ?, toolVersion = ? WHERE id = ?",
        arguments: [description.spaceText, description.plannedTrials, description.toolVersion, id])
      for (position, parameter) in description.space.enumerated() {
        try parameter.store(at: position, ofSweep: id, in: db)
      }
      let columns =
        description.space.map { ResultColumn(kind: .parameter, name: $0.name) }
        + description.metrics.map { ResultColumn(kind: .valid, name: $0) }
        + description.metrics.map { ResultColumn(kind: .test, name: $0) }
      try ResultViews.add(columns, to: db)
      try Attempt.closeAbandoned(ofSweep: id, seenFrom: owner, in: db)
      if retriesFailed { try reviveFailed(ofSweep: id, in: db) }
      let finished = try SweepRecorder.finishedTrials(ofSweep: id, in: db)
      // Trials are handed out in the order of the proposals and numbered as they are: as long as
      // that order never changed, no trial before number n came from a proposal after the n-th.
      let done = revisions > 1 ? 0 : Self.leadingNumbers(finished)
      return OpenedSweep(
        id: id, isNew: found == nil,
        name: try String.fetchOne(
          db, sql: "SELECT name FROM sweep WHERE id = ?", arguments: [id]) ?? "",
        counts: try TrialCounts(ofSweep: id, seenFrom: owner, in: db), finished: finished,
        outsideSpace: revisions > 1
          ? try description.finishedOutside(ofSweep: id, in: db) : 0,
        firstProposal: done, known: try finishedKeys(ofSweep: id, from: done, in: db),
        columns: Set(columns))
    }
    return SweepRecorder(opened, description: description, database: self)
  }

  /// How many numbers from 0 on are all finished.
  private static func leadingNumbers(_ finished: [FinishedTrial]) -> Int {
    zip(finished, 0...).prefix { $0.number == $1 }.count
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
    let candidates = try Row.fetchAll(
      db,
      sql: """
        SELECT id, name, dataDigest = :digest AS hasData FROM sweep
        WHERE NOT isNamed AND dataset = :dataset ORDER BY hasData DESC, id DESC
        """,
      arguments: ["digest": description.dataDigest, "dataset": description.dataset])
    for candidate in candidates {
      let differences = try identity.differences(
        from: SweepIdentity(ofSweep: candidate["id"], in: db))
      if differences.isEmpty { return candidate["id"] }
      // All else is as it was: the file under the name of the data set is another one now.
      if differences.count == 1, candidate["hasData"] == false {
        throw StorageError.dataDiffers(name: candidate["name"], differences: differences)
      }
    }
    return nil
  }

  private func refuseKnownName(_ description: SweepDescription, in db: Database) throws {
    guard let name = description.name else { return }
    let known = try Int.fetchOne(db, sql: "SELECT 1 FROM sweep WHERE name = ?", arguments: [name])
    if known != nil { throw StorageError.sweepExists(name: name) }
  }

  private func reviveFailed(ofSweep id: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        UPDATE trial SET state = 'waiting', reason = NULL, message = NULL, ended = NULL,
          seconds = NULL
        WHERE sweep = ? AND state = 'failed'
        """, arguments: [id])
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

  private func finishedKeys(
    ofSweep id: Int64, from number: Int, in db: Database
  ) throws -> Set<String> {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT parameters, seed FROM trial
        WHERE sweep = ? AND number >= ? AND state IN ('complete', 'pruned', 'failed')
        """, arguments: [id, number])
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
  /// Finished trials that the space does not hold any more.
  let outsideSpace: Int
  /// All proposals before this one are finished.
  let firstProposal: Int
  /// Keys of the other finished trials.
  let known: Set<String>
  let columns: Set<ResultColumn>
}

/// SQL that several statements share.
enum SQL {
  /// The time of the statement, UTC, as Optuna writes it.
  static let now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
}
