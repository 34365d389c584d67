import GRDB
import Literals

/// The history of a sweep's space: a row when it begins, and one whenever its space, or the version
/// of the program, is another than before.
enum SweepRevision {
  /// Adds a row where the description is not what the sweep last had, and returns how many there are.
  static func note(
    _ description: SweepDescription, ofSweep id: Int64, in db: Database
  ) throws -> Int {
    let count =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM sweepRevision WHERE sweep = ?", arguments: [id]) ?? 0
    let isSame = try Bool.fetchOne(
      db,
      sql: """
        SELECT space = ? AND toolVersion = ? FROM sweepRevision WHERE sweep = ?
        ORDER BY number DESC LIMIT 1
        """, arguments: [description.spaceText, description.toolVersion, id])
    if isSame == true { return count }
    try db.execute(
      sql: """
        INSERT INTO sweepRevision (sweep, number, created, space, toolVersion)
        VALUES (?, ?, \(SQL.now), ?, ?)
        """, arguments: [id, count, description.spaceText, description.toolVersion])
    return count + 1
  }
}

extension SweepDescription {
  /// Counts the finished trials with a value that the space does not hold, or holds no more.
  func finishedOutside(ofSweep id: Int64, in db: Database) throws -> Int {
    var conditions: [String] = []
    var arguments: StatementArguments = [id]
    for parameter in space {
      guard case .choice(let values) = parameter.domain else { continue }
      let places = values.map { _ in "?" }.joined(separator: ", ")
      conditions.append("(trialParameter.name = ? AND trialParameter.text NOT IN (\(places)))")
      arguments += [parameter.name]
      arguments += StatementArguments(values.map(\.description))
    }
    guard !conditions.isEmpty else { return 0 }
    return try Int.fetchOne(
      db,
      sql: """
        SELECT count(DISTINCT trial.id) FROM trial
        JOIN trialParameter ON trialParameter.trial = trial.id
        WHERE trial.sweep = ? AND trial.state IN ('complete', 'pruned', 'failed')
          AND (\(conditions.joined(separator: " OR ")))
        """, arguments: arguments) ?? 0
  }
}
