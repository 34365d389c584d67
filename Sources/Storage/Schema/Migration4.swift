extension Schema {
  /// Format 4: decisions say why they were made, and a sweep has more than one way to search. Never to be
  /// edited: files in the field were made by it.
  ///
  /// Trials that only confirm a result belong to no point of the search, so that they have no number there.
  /// A budget of epochs is kept as the user gave it, beside the work that it stands for.
  static let migration4 = decisions4 + trialsView4

  private static let decisions4 = """
    ALTER TABLE decision ADD COLUMN why TEXT;
    ALTER TABLE sweepRevision ADD COLUMN method TEXT;
    ALTER TABLE sweepRevision ADD COLUMN epochs INTEGER;

    CREATE VIEW decisions AS
    SELECT sweep.name AS sweep, decision.number AS decision, trial.number AS trial,
      trial.parameters AS parameters, trial.seed AS seed, decision.purpose AS purpose,
      decision.fromEpoch AS from_epoch, decision.untilEpoch AS until_epoch, decision.seen AS seen,
      decision.charge AS charge, decision.why AS why, decision.created AS created,
      outcome.kind AS outcome, outcome.epochs AS epochs, outcome.score AS score,
      outcome.cost AS cost, outcome.ended AS ended
    FROM decision
    JOIN sweep ON sweep.id = decision.sweep
    JOIN trial ON trial.id = decision.trial
    LEFT JOIN outcome ON outcome.decision = decision.id;

    """

  /// Trials that only confirm a result are no trials of Optuna's, which would choose among them.
  private static let trialsView4 =
    """
    DROP VIEW trials;

    """
    + trialsView3.replacing(
      "JOIN sweep ON sweep.id = trial.sweep",
      with: """
        JOIN sweep ON sweep.id = trial.sweep
          WHERE NOT EXISTS (SELECT 1 FROM decision
            WHERE decision.trial = trial.id AND decision.purpose = 'confirm')
        """)
}
