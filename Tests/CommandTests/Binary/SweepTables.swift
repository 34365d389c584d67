import Foundation
import GRDB
import TestSupport

/// The contents of a database without times, processes and attempts. They are equal for two sweeps
/// that are the same to the bit.
struct SweepTables: Equatable, CustomStringConvertible {
  private let rows: [String: [String]]

  /// The query for each table, with the columns that are compared.
  private static let queries = [
    "sweep": """
    SELECT name, isNamed, model, dataset, dataDigest, space, sampler, seed, validMetric,
      biggerIsBetter, plannedTrials, toolVersion FROM sweep ORDER BY id
    """,
    "sweepRevision": "SELECT sweep, number, space, toolVersion FROM sweepRevision ORDER BY 1, 2",
    "setting": "SELECT sweep, name, value FROM setting ORDER BY 1, 2",
    "parameter": """
    SELECT sweep, position, name, kind, low, high, step, distribution FROM parameter ORDER BY 1, 2
    """,
    "choice": "SELECT parameter, position, text, json FROM choice ORDER BY 1, 2",
    "trial": """
    SELECT sweep, number, parameters, seed, state, reason, message, validScore, bestEpoch, epochs,
      kernels FROM trial ORDER BY 1, 2
    """,
    "trialParameter": """
    SELECT sweep, number, position, name, value, text FROM trialParameter
    JOIN trial ON trial.id = trialParameter.trial ORDER BY 1, 2, 3
    """,
    "epoch": """
    SELECT sweep, trial.number, epoch.number, trainLoss, epoch.validScore FROM epoch
    JOIN trial ON trial.id = epoch.trial ORDER BY 1, 2, 3
    """,
    "metric": """
    SELECT sweep, number, epoch, split, name, value FROM metric
    JOIN trial ON trial.id = metric.trial ORDER BY 1, 2, 3, 4, 5
    """,
    "resultColumn": "SELECT kind, name, title FROM resultColumn ORDER BY 1, 2",
    "results": """
    SELECT trial, state, learning_rate, valid_score, best_epoch, epochs, valid_mrr_10, test_mrr_10
    FROM results ORDER BY sweep, trial
    """,
    "trial_values": "SELECT trial_id, value, value_type FROM trial_values ORDER BY 1",
  ]

  init(in folder: TemporaryFolder, db: String = "runs/results.db") throws {
    rows = try Self.queries.mapValues { try query($0, in: folder, db: db) }
  }

  var description: String { "tables of \(rows.values.map(\.count).reduce(0, +)) rows" }

  /// Returns the first lines that differ, for a message.
  func differences(from other: SweepTables) -> [String] {
    rows.keys.sorted().flatMap { table -> [String] in
      let (mine, others) = (rows[table] ?? [], other.rows[table] ?? [])
      if mine == others { return [] }
      let pair = zip(mine, others).first { $0 != $1 }
      return [
        "\(table): \(mine.count) and \(others.count) rows; "
          + "\(pair?.0 ?? "none") and \(pair?.1 ?? "none")"
      ]
    }
  }

  /// Returns the faults that no finished database may have, whatever its sweeps are.
  static func problems(
    in folder: TemporaryFolder, db: String = "runs/results.db"
  ) throws -> [String] {
    let checks = [
      ("PRAGMA integrity_check", ["ok"]), ("PRAGMA foreign_key_check", []),
      ("SELECT count(*) FROM attempt WHERE ended IS NULL", ["0"]),
      ("SELECT number FROM trial WHERE state IN ('waiting', 'running')", []),
      (
        """
        SELECT number FROM trial WHERE state = 'complete' AND
          (SELECT count(*) FROM attempt WHERE trial = trial.id AND outcome = 'complete') <> 1
        """, []
      ),
    ]
    return try checks.compactMap { sql, expected in
      let found = try query(sql, in: folder, db: db)
      return found == expected ? nil : "\(sql): \(found)"
    }
  }
}
