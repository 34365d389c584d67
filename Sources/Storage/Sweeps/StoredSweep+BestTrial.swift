import GRDB
import Trials

/// Which checkpoints somebody may still want.
extension StoredSweep {
  /// The number of the best complete trial; of equal scores the lowest number.
  package func bestTrial() throws -> Int? {
    try database.read { try bestTrial(in: $0) }
  }

  /// Whether a trial would be the best one if it ended with a score now.
  package func isBest(_ number: Int, score: Double?) throws -> Bool {
    guard let score, !score.isNaN else { return false }
    return try database.read { db in
      try !db.hasRow(
        """
        SELECT 1 FROM trial WHERE sweep = :sweep AND state = 'complete'
          AND (validScore \(description.direction.better) :score
            OR validScore = :score AND number < :number)
          AND NOT \(SQL.confirms("trial.id"))
        LIMIT 1
        """, arguments: ["sweep": id, "score": score, "number": number])
    }
  }

  /// Which of these trials go on no more, neither from an interruption nor from a pause, and which
  /// trial is the best one.
  ///
  /// One look at both: a trial that another process ends in between is neither.
  package func ended(among numbers: [Int]) throws -> (numbers: Set<Int>, best: Int?) {
    try database.read { db in
      let open: [Int] = try db.values(
        "trial.number",
        sql: """
          SELECT number FROM trial WHERE sweep = ? AND state IN ('waiting', 'running', 'paused')
          """, arguments: [id])
      return (Set(numbers).subtracting(open), try bestTrial(in: db))
    }
  }

  private func bestTrial(in db: Database) throws -> Int? {
    try db.value(
      "trial.number",
      sql: """
        SELECT number FROM trial
        WHERE sweep = ? AND state = 'complete' AND validScore IS NOT NULL
          AND NOT \(SQL.confirms("trial.id"))
        ORDER BY validScore \(description.direction.bestFirst), number LIMIT 1
        """, arguments: [id])
  }
}

extension Direction {
  init(biggerIsBetter: Bool) { self = biggerIsBetter ? .maximize : .minimize }

  /// The operator of SQL between a better score and another one.
  var better: String { self == .maximize ? ">" : "<" }

  /// The order of SQL in which the best score comes first.
  var bestFirst: String { self == .maximize ? "DESC" : "ASC" }
}
