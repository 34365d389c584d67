import Foundation
import GRDB
import Trials

/// A decision whose trial somebody has deleted by hand. A trigger of the database writes the row.
struct DeletedDecision {
  private let row: Row
  /// The parameters of the trial: names, and Python literals.
  let literals: [String: String]

  private init(_ row: Row) {
    self.row = row
    let text: String = row["literals"]
    literals = (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
  }

  /// The number that the trial's point had.
  var pointNumber: Int? { row["point"] }

  /// The decision, with the point that the literals stand for.
  func decision(of point: Point) -> Decision {
    Decision(
      number: row["number"], trial: Trial(number: row["trial"], point: point, seed: row["seed"]),
      from: row["fromEpoch"], until: row["untilEpoch"],
      purpose: Decision.Purpose(rawValue: row["purpose"]) ?? .search, seen: row["seen"] ?? 0,
      charge: row["charge"], workPerEpoch: row["workPerEpoch"], revision: row["revision"])
  }

  static func count(ofSweep id: Int64, in db: Database) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT count(*) FROM deletedDecision WHERE sweep = ?"),
      arguments: [id]) ?? 0
  }

  /// The deleted decisions of a sweep, by number.
  static func all(ofSweep id: Int64, in db: Database) throws -> [Int: DeletedDecision] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM deletedDecision WHERE sweep = ?", arguments: [id])
    return Dictionary(rows.map { ($0["number"] as Int, DeletedDecision($0)) }) { $1 }
  }

  /// The numbers of the trials that are not there any more.
  static func trials(ofSweep id: Int64, in db: Database) throws -> [Int] {
    try Int.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT trial FROM deletedDecision AS deleted WHERE sweep = ? AND NOT EXISTS (
            SELECT 1 FROM trial WHERE trial.sweep = deleted.sweep AND trial.number = deleted.trial)
          ORDER BY trial
          """), arguments: [id])
  }
}
