import GRDB
import Trials

extension ResultsDatabase {
  /// The valid scores of all stored epochs of a sweep, by trial number; nil for an epoch without a score.
  package func validScores(of sweep: String) throws -> [Int: [Double?]] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT trial.number, epoch.validScore FROM epoch
          JOIN trial ON trial.id = epoch.trial JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ? ORDER BY trial.id, epoch.number
          """, arguments: [sweep])
      var scores: [Int: [Double?]] = [:]
      while let row = try rows.next() {
        let score: Double? = try row.value(at: 1, "epoch.validScore")
        scores[try row.value(at: 0, "trial.number"), default: []].append(score)
      }
      return scores
    }
  }

  /// The work of an epoch of each trial of a sweep, by trial number.
  package func workPerEpoch(of sweep: String) throws -> [Int: Int] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT trial.number, trial.workPerEpoch FROM trial JOIN sweep ON sweep.id = trial.sweep
          WHERE sweep.name = ?
          """, arguments: [sweep])
      var works: [Int: Int] = [:]
      while let row = try rows.next() {
        works[try row.value(at: 0, "trial.number")] = try row.count(
          at: 1, from: 1, to: Int.max, "trial.workPerEpoch")
      }
      return works
    }
  }
}
