import GRDB
import Literals
import Search
import Trials
import Tuning

/// What to do about what a sweep has already.
package struct OpeningOptions: Hashable, Sendable {
  /// Begins a sweep whatever there is.
  package var isFresh = false
  /// Failed trials are tried once more.
  package var retriesFailed = false
  /// Decisions of processes that cannot be seen from here are carried out again.
  package var takesOver = false

  package init(isFresh: Bool = false, retriesFailed: Bool = false, takesOver: Bool = false) {
    self.isFresh = isFresh
    self.retriesFailed = retriesFailed
    self.takesOver = takesOver
  }
}

extension ResultsDatabase {
  /// Finds the sweep that a command line describes, or begins it.
  ///
  /// A sweep with the given name that was made with other data or settings is an error. Without a
  /// name only a sweep with the same settings is found, and one whose data have changed is an error.
  /// Another space, lag or budget begins a new revision of the sweep.
  package func openSweep(
    _ description: SweepDescription, options: OpeningOptions = OpeningOptions()
  ) throws -> StoredSweep {
    let opened = try write { db in
      try Orphans.remove(from: db)
      if options.isFresh { try refuseKnownName(description, in: db) }
      let found = options.isFresh ? nil : try find(description, in: db)
      let nearest =
        found == nil && description.name == nil && !options.isFresh
        ? try NearestSweep(to: description, in: db) : nil
      let id = try found ?? create(description, in: db)
      let spaceChanges = try description.spaceChanges(ofSweep: id, in: db)
      let before = found == nil ? nil : try storedMethod(ofSweep: id, in: db)
      let method = description.wishes.method(of: description.space, stored: before)
      try description.demandFit(of: method)
      let lagBefore = try SweepRevision.lag(ofSweep: id, in: db)
      let lag = description.lag ?? lagBefore ?? description.usualLag
      let lagChange = lagBefore.flatMap { $0 == lag ? nil : "lag \($0) → \(lag)" }
      let methodChanges = before.map(method.changes) ?? []
      let revision = try SweepRevision(
        space: description.spaceText, method: method, lag: lag, budget: description.budget,
        epochs: description.epochs,
        toolVersion: description.toolVersion
      ).note(ofSweep: id, in: db)
      try db.execute(
        sql: """
          UPDATE sweep SET space = ?, plannedTrials = ?, toolVersion = ?, dataPath = ?,
            opened = \(SQL.now), ended = NULL
          WHERE id = ?
          """,
        arguments: [
          description.spaceText, description.plannedTrials, description.toolVersion,
          description.dataPath, id,
        ])
      for (position, parameter) in description.searched.enumerated() {
        try parameter.store(at: position, ofSweep: id, in: db)
      }
      let columns = ResultColumn.all(
        parameters: description.searched.map(\.name), metrics: description.metrics,
        validMetric: description.validMetric)
      let leftOut = try ResultViews.add(columns, to: db)
      if options.takesOver { try Attempt.takeOver(sweep: id, seenFrom: owner, in: db) }
      return OpenedSweep(
        id: id, isNew: found == nil,
        name: try db.value(
          "sweep.name", sql: "SELECT name FROM sweep WHERE id = ?", arguments: [id]) ?? "",
        method: method, lag: lag, revision: revision, spaceChanges: spaceChanges,
        methodChanges: methodChanges + (lagChange.map { [$0] } ?? []),
        columns: Set(columns), columnsLeftOut: leftOut.count, nearest: nearest)
    }
    let sweep = StoredSweep(opened, description: description, database: self)
    try sweep.trainDeletedAgain()
    try sweep.withdrawOutside()
    if options.retriesFailed { try sweep.retryFailed() }
    return sweep
  }

  func method(
    of description: SweepDescription, sweep id: Int64, in db: Database
  ) throws -> SearchMethod {
    description.wishes.method(
      of: description.space, stored: try storedMethod(ofSweep: id, in: db))
  }

  private func storedMethod(ofSweep id: Int64, in db: Database) throws -> SearchMethod? {
    var stored = try SweepRevision.method(ofSweep: id, in: db)
    if stored == nil {
      let sampler: SearchAlgorithm.SamplerName? = try db.value(
        "sweep.sampler", sql: "SELECT sampler FROM sweep WHERE id = ?", arguments: [id])
      stored = sampler.map { SearchMethod($0.algorithm) }
    }
    return stored
  }

  func find(_ description: SweepDescription, in db: Database) throws -> Int64? {
    let identity = SweepIdentity(description)
    if let name = description.name {
      guard
        let id: Int64 = try db.value(
          "sweep.id", sql: "SELECT id FROM sweep WHERE name = ?", arguments: [name])
      else { return nil }
      let old = try SweepIdentity(ofSweep: id, in: db)
      let differences = identity.differences(from: old)
      guard differences.isEmpty else {
        throw StorageError.sweepDiffers(name: name, differences: differences.map(\.sentence))
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
      let id: Int64 = try candidate.value("id", of: "sweep")
      let differences = try identity.differences(from: SweepIdentity(ofSweep: id, in: db))
      if differences.isEmpty { return id }
      // All else is as it was: the file under the name of the data set is another one now.
      if differences.count == 1, try !candidate.value("hasData", of: "sweep") {
        throw StorageError.dataDiffers(
          name: try candidate.value("name", of: "sweep"),
          differences: differences.map(\.sentence))
      }
    }
    return nil
  }

  func refuseKnownName(_ description: SweepDescription, in db: Database) throws {
    guard let name = description.name else { return }
    let isKnown = try db.hasRow("SELECT 1 FROM sweep WHERE name = ?", arguments: [name])
    if isKnown { throw StorageError.sweepExists(name: name) }
  }

  private func create(_ description: SweepDescription, in db: Database) throws -> Int64 {
    let name = try description.name ?? freeName(for: description.dataset, in: db)
    let algorithm = description.wishes.method(of: description.space, stored: nil).algorithm
    try db.execute(
      sql: """
        INSERT INTO sweep (name, isNamed, created, model, dataset, dataDigest, space, sampler, seed,
          validMetric, biggerIsBetter, toolVersion)
        VALUES (?, ?, \(SQL.now), ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        name, description.name != nil, description.model, description.dataset,
        description.dataDigest, description.spaceText, algorithm.samplerName,
        description.samplerSeed, description.validMetric, description.direction == .maximize,
        description.toolVersion,
      ])
    let id = db.lastInsertedRowID
    for setting in description.settings {
      try db.execute(
        sql: "INSERT INTO setting (sweep, name, value, typed) VALUES (?, ?, ?, ?)",
        arguments: [
          id, setting.name, setting.value,
          (try? Literal(parsing: setting.value))?.databaseValue ?? setting.value.databaseValue,
        ])
    }
    try OptunaStudy.create(
      description, name: name, sampler: algorithm.samplerName, id: id, in: db)
    return id
  }

  /// The first of `ml-100k-1`, `ml-100k-2`, … that no sweep has.
  private func freeName(for dataset: String, in db: Database) throws -> String {
    let taken: [String] = try db.values("sweep.name", sql: "SELECT name FROM sweep")
    var number = 1
    while taken.contains("\(dataset)-\(number)") { number += 1 }
    return "\(dataset)-\(number)"
  }
}

extension SweepDescription {
  /// Throws the reasons why the sweep cannot be searched by a method.
  func demandFit(of method: SearchMethod) throws(SearchConflicts) {
    try method.demandFit(
      to: space, searchesSeed: seedDomain != nil,
      hasBudget: budget.trials != nil || budget.work != nil)
  }
}

/// What `openSweep` learned in its transaction.
struct OpenedSweep {
  let id: Int64
  let isNew: Bool
  let name: String
  let method: SearchMethod
  let lag: Int
  let revision: Int
  /// How the space differs from the one that the sweep had before.
  let spaceChanges: [String]
  /// How the method and the lag differ from those of the last revision.
  let methodChanges: [String]
  let columns: Set<ResultColumn>
  /// How many of the columns the views have no room for.
  let columnsLeftOut: Int
  let nearest: NearestSweep?
}

/// The sweep of the same data set that differs least from one that is begun.
package struct NearestSweep: Hashable, Sendable {
  package let name: String
  /// Such as `epochs 2 → 3`; empty if only the name is another one.
  package let differences: [String]

  /// Returns nil if the data set has no sweep yet. Of equally near sweeps the last one begun counts.
  init?(to description: SweepDescription, in db: Database) throws {
    let identity = SweepIdentity(description)
    let sweeps = try Row.fetchAll(
      db, sql: "SELECT id, name FROM sweep WHERE dataset = ? ORDER BY id DESC",
      arguments: [description.dataset])
    let candidates = try sweeps.map { row in
      try (
        name: row.value("name", of: "sweep") as String,
        differences: identity.differences(
          from: SweepIdentity(ofSweep: row.value("id", of: "sweep"), in: db))
      )
    }
    guard let nearest = candidates.min(by: { $0.differences.count < $1.differences.count }) else {
      return nil
    }
    name = nearest.name
    differences = nearest.differences.map(\.arrow)
  }
}

/// SQL that several statements share.
enum SQL {
  /// The time of the statement, UTC, with its zone.
  static let now = "strftime('%Y-%m-%d %H:%M:%fZ', 'now')"

  /// True if the trial with this id only confirms a result. Such a trial counts for no choice.
  static func confirms(_ trial: String) -> String {
    "EXISTS (SELECT 1 FROM decision WHERE decision.trial = \(trial) AND purpose = 'confirm')"
  }
}
