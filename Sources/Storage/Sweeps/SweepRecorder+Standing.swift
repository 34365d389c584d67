import GRDB
import Tuning

/// How a sweep stands that other processes may be working on as well.
extension SweepRecorder {
  /// What has become of the trials that other processes had when this one asked for work.
  package enum Standing: Hashable, Sendable {
    /// There is nothing to wait for.
    case settled
    /// So many trials are running in processes that this one can watch.
    case runningElsewhere(Int)
    /// A process has ended before its trial: `nextTrial` hands it out.
    case leftBehind
  }

  package func standing() throws -> Standing {
    let trials = state.withLock { Set($0.elsewhere.keys) }
    if trials.isEmpty { return .settled }
    return try database.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT trial.id AS trial, state, host, bootID, pidNamespace, pid, processStart
          FROM trial LEFT JOIN attempt ON attempt.trial = trial.id AND attempt.ended IS NULL
          WHERE trial.sweep = ? AND trial.state IN ('waiting', 'running')
          """, arguments: [id])
      var running = 0
      for row in rows where trials.contains(row["trial"]) {
        guard row["state"] == TrialState.running.rawValue, let owner = Attempt.owner(in: row),
          owner.isRunning(seenFrom: database.owner)
        else { return .leftBehind }
        if owner.isVisible(from: database.owner) { running += 1 }
      }
      return running > 0 ? .runningElsewhere(running) : .settled
    }
  }

  /// The number of the best complete trial; of equal scores the lowest number.
  package func bestTrial() throws -> Int? {
    try database.read { try bestTrial(in: $0) }
  }

  private func bestTrial(in db: Database) throws -> Int? {
    try Int.fetchOne(
      db,
      sql: """
        SELECT number FROM trial
        WHERE sweep = ? AND state = 'complete' AND validScore IS NOT NULL
        ORDER BY validScore \(biggerIsBetter ? "DESC" : "ASC"), number LIMIT 1
        """, arguments: [id])
  }

  /// Whether a trial would be the best one if it ended with a score now.
  package func isBest(_ number: Int, score: Double?) throws -> Bool {
    guard let score, !score.isNaN else { return false }
    return try database.read { db in
      let better = try Int.fetchOne(
        db,
        sql: """
          SELECT 1 FROM trial WHERE sweep = :sweep AND state = 'complete'
            AND (validScore \(biggerIsBetter ? ">" : "<") :score
              OR validScore = :score AND number < :number)
          LIMIT 1
          """, arguments: ["sweep": id, "score": score, "number": number])
      return better == nil
    }
  }

  /// Those of the numbers that are of no trial that is still to be run to its end, and which of them
  /// is the best trial.
  ///
  /// One look at both: a trial that another process ends in between is neither.
  package func settled(among numbers: [Int]) throws -> (numbers: Set<Int>, best: Int?) {
    try database.read { db in
      let open = try Int.fetchAll(
        db,
        sql: "SELECT number FROM trial WHERE sweep = ? AND state IN ('waiting', 'running')",
        arguments: [id])
      return (Set(numbers).subtracting(open), try bestTrial(in: db))
    }
  }

  /// The finished trials of all runs until now, as a scheduler wants them.
  package func finishedNow() throws -> [FinishedTrial] {
    try database.read { try Self.finishedTrials(ofSweep: id, in: $0) }
  }

  static func finishedTrials(ofSweep id: Int64, in db: Database) throws -> [FinishedTrial] {
    // Columns by place, and no array of rows: a sweep may have a hundred thousand of them.
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT number, CASE WHEN state = 'complete' THEN validScore END FROM trial
        WHERE sweep = ? AND state IN ('complete', 'pruned', 'failed') ORDER BY number
        """, arguments: [id])
    var trials: [FinishedTrial] = []
    while let row = try rows.next() {
      trials.append(FinishedTrial(number: row[0], score: row[1]))
    }
    return trials
  }
}
