import Foundation
import GRDB
import Trials

/// A decision whose trial somebody has deleted by hand. A trigger of the database writes the row.
struct DeletedDecision {
  private static let table = "deletedDecision"

  private let row: Row
  private let number: Int
  /// The parameters of the trial: names, and Python literals.
  let literals: [String: String]
  /// The number that the trial's point had.
  let pointNumber: Int?

  private init(_ row: Row) throws {
    self.row = row
    number = try row.value("number", of: Self.table)
    let text: String = try row.value("literals", of: Self.table)
    literals = (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    pointNumber = try row.value("point", of: Self.table)
  }

  /// The decision, with the point that the literals stand for.
  func decision(of point: Point) throws -> Decision {
    func count(_ column: String) throws -> Int {
      let value: Int = try row.value(column, of: Self.table)
      return try value.counted("deletedDecision")
    }
    let until: Int? = try row.value("untilEpoch", of: Self.table)
    return Decision(
      number: number,
      trial: Trial(
        number: try count("trial"), point: point, seed: try row.value("seed", of: Self.table)),
      from: try count("fromEpoch"), until: try until?.counted("deletedDecision.untilEpoch"),
      purpose: try row.value("purpose", of: Self.table),
      seen: try row.value("seen", of: Self.table) ?? 0, charge: try count("charge"),
      workPerEpoch: try count("workPerEpoch"), revision: try count("revision"))
  }

  static func count(ofSweep id: Int64, in db: Database) throws -> Int {
    try db.value(
      "deletedDecision.sweep", sql: "SELECT count(*) FROM deletedDecision WHERE sweep = ?",
      arguments: [id]) ?? 0
  }

  /// The deleted decisions of a sweep, by number.
  static func all(ofSweep id: Int64, in db: Database) throws -> [Int: DeletedDecision] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM deletedDecision WHERE sweep = ?", arguments: [id])
    return Dictionary(
      try rows.map { try DeletedDecision($0) }.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
  }

  /// The numbers of the trials that are not there any more.
  static func trials(ofSweep id: Int64, in db: Database) throws -> [Int] {
    try db.values(
      "deletedDecision.trial",
      sql: """
        SELECT DISTINCT trial FROM deletedDecision AS deleted WHERE sweep = ? AND NOT EXISTS (
          SELECT 1 FROM trial WHERE trial.sweep = deleted.sweep AND trial.number = deleted.trial)
        ORDER BY trial
        """, arguments: [id])
  }
}
