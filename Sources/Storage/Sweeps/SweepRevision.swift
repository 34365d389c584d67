import GRDB
import Search
import Tuning

/// What a sweep may change while it goes on: a row when it begins, and one whenever its space, its
/// budgets, its lag or the version of the program is another than before. Decisions name the
/// revision under which they were made.
struct SweepRevision: Hashable {
  let space: String
  let method: SearchMethod
  let lag: Int
  let budget: Tuner.Budget
  /// The budget of epochs that `budget.work` stands for.
  let epochs: Int?
  let toolVersion: String

  /// The number of the last revision; nil before the first one.
  static func last(ofSweep id: Int64, in db: Database) throws -> Int? {
    try db.value(
      "sweepRevision.number", sql: "SELECT max(number) FROM sweepRevision WHERE sweep = ?",
      arguments: [id])
  }

  /// The lag of the last revision; nil if it was made before there was one.
  static func lag(ofSweep id: Int64, in db: Database) throws -> Int? {
    let lag: Int? = try db.value(
      "sweepRevision.lag",
      sql: "SELECT lag FROM sweepRevision WHERE sweep = ? ORDER BY number DESC LIMIT 1",
      arguments: [id])
    return try lag.map { try $0.counted(from: 1, "sweepRevision.lag") }
  }

  /// The method of the last revision; nil if it was made before there was a choice.
  static func method(ofSweep id: Int64, in db: Database) throws -> SearchMethod? {
    let text: String? = try db.value(
      "sweepRevision.method",
      sql: "SELECT method FROM sweepRevision WHERE sweep = ? ORDER BY number DESC LIMIT 1",
      arguments: [id])
    return try text.map(SearchMethod.init(stored:))
  }

  /// Adds a row if this is not what the sweep last had, and returns the number of the last row.
  func note(ofSweep id: Int64, in db: Database) throws -> Int {
    let (number, isNew) = try number(ofSweep: id, in: db)
    guard isNew else { return number }
    try db.execute(
      sql: """
        INSERT INTO sweepRevision (sweep, number, created, space, algorithm, method, lag, trials,
          work, earlyStop, epochs, toolVersion)
        VALUES (?, ?, \(SQL.now), ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, number, space, method.algorithm.rawValue, method.stored, lag, budget.trials,
        budget.work, budget.earlyStop, epochs, toolVersion,
      ])
    return number
  }

  /// Returns the number that this revision of the sweep has, or will have if it is new.
  func number(ofSweep id: Int64, in db: Database) throws -> (number: Int, isNew: Bool) {
    let last = try Self.last(ofSweep: id, in: db)
    let isSame: Bool? = try db.value(
      "sweepRevision.space",
      sql: """
        SELECT (space, algorithm, lag, toolVersion) IS (?, ?, ?, ?)
          AND coalesce(method, '{}') IS coalesce(?, '{}')
          AND trials IS ? AND work IS ? AND earlyStop IS ? AND epochs IS ?
        FROM sweepRevision WHERE sweep = ? ORDER BY number DESC LIMIT 1
        """,
      arguments: [
        space, method.algorithm.rawValue, lag, toolVersion, method.stored, budget.trials,
        budget.work, budget.earlyStop, epochs, id,
      ])
    if let last, isSame == true { return (last, false) }
    return (try last.map { try $0.counted(from: 0, "sweepRevision.number") + 1 } ?? 0, true)
  }
}
