extension Schema {
  /// Format 5: trials that only confirm a result are no trials of Optuna's, which would choose among them.
  /// Never to be edited: files in the field were made by it.
  static let migration5 = """
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
