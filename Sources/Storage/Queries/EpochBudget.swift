import GRDB

/// A budget of epochs and what is spent of it. Epochs are those of a point of mean work: a point whose epochs
/// take twice the work pays twice.
package struct EpochBudget: Hashable, Sendable {
  package let epochs: Int
  /// The budget as work, in the unit of `Decision.workPerEpoch`.
  package let work: Int
  /// The work of all outcomes. Trials that confirm a result cost nothing.
  package let spentWork: Int
  /// The epochs that the trials really have.
  package let trained: Int

  package init(epochs: Int, work: Int, spentWork: Int = 0, trained: Int = 0) {
    self.epochs = epochs
    self.work = max(work, 1)
    self.spentWork = spentWork
    self.trained = trained
  }

  /// Returns how many epochs of mean work some work is.
  package func epochs(ofWork work: Int) -> Double {
    Double(work) / Double(self.work) * Double(epochs)
  }

  package var spent: Double { epochs(ofWork: spentWork) }

  package var isSpent: Bool { spentWork >= work }

  /// Reads the budget of a sweep; nil if its last revision has none.
  init?(ofSweep id: Int64, in db: Database) throws {
    guard
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT epochs, work,
            (SELECT coalesce(sum(cost), 0) FROM decision
              JOIN outcome ON outcome.decision = decision.id
              WHERE decision.sweep = :sweep AND decision.purpose <> 'confirm') AS spent,
            (SELECT coalesce(sum(trial.epochs), 0) FROM trial
              WHERE trial.sweep = :sweep AND NOT \(SQL.confirms("trial.id"))) AS trained
          FROM sweepRevision WHERE sweep = :sweep ORDER BY number DESC LIMIT 1
          """, arguments: ["sweep": id]),
      let epochs: Int = try row.value("epochs", of: "sweepRevision"),
      let work: Int = try row.value("work", of: "sweepRevision")
    else { return nil }
    self.init(
      epochs: epochs, work: work, spentWork: try row.value("spent", of: "outcome"),
      trained: try row.value("trained", of: "trial"))
  }
}
