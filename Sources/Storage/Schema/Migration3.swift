extension Schema {
  /// Format 3: a file that other hands may change. Never to be edited: files in the field were made by
  /// it.
  ///
  /// SQLite watches foreign keys only for a connection that asks for it, and the sqlite3 command does
  /// not. So triggers delete what hangs on a row, and refuse what would leave half of a fact behind. Ids
  /// are never used again, times name their zone, and what an earlier format left without an owner goes.
  ///
  /// SQLite cannot add AUTOINCREMENT to a table, so that three tables are made anew; the views on them go
  /// before, and come back afterwards. Foreign keys are off while this runs, and there is no trigger yet.
  static let migration3 =
    dropViews3 + tables3 + orphans3 + studies3 + times3 + settings3 + triggers3 + failureView1
    + optunaViews3

  private static let dropViews3 = """
    DROP VIEW failure;
    DROP VIEW trials;
    DROP VIEW trial_params;
    DROP VIEW trial_values;
    DROP VIEW trial_intermediate_values;
    DROP VIEW trial_user_attributes;
    DROP VIEW IF EXISTS results;
    DROP VIEW IF EXISTS curve;

    """

  private static let tables3 = """
    CREATE TABLE newSweep (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      isNamed INTEGER NOT NULL CHECK (isNamed IN (0, 1)),
      created TEXT NOT NULL,
      opened TEXT,
      ended TEXT,
      model TEXT NOT NULL,
      dataset TEXT NOT NULL,
      dataDigest TEXT NOT NULL,
      dataPath TEXT,
      space TEXT NOT NULL,
      sampler TEXT NOT NULL,
      seed INTEGER NOT NULL,
      validMetric TEXT NOT NULL,
      biggerIsBetter INTEGER NOT NULL CHECK (biggerIsBetter IN (0, 1)),
      plannedTrials INTEGER,
      toolVersion TEXT NOT NULL
    );
    INSERT INTO newSweep (id, name, isNamed, created, ended, model, dataset, dataDigest, dataPath,
      space, sampler, seed, validMetric, biggerIsBetter, plannedTrials, toolVersion)
    SELECT id, name, isNamed, created, ended, model, dataset, dataDigest, dataPath, space, sampler,
      seed, validMetric, biggerIsBetter, plannedTrials, toolVersion
    FROM sweep;
    DROP TABLE sweep;
    ALTER TABLE newSweep RENAME TO sweep;

    CREATE TABLE newParameter (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      low REAL,
      high REAL,
      step REAL,
      distribution TEXT NOT NULL,
      UNIQUE (sweep, name)
    );
    INSERT INTO newParameter (id, sweep, position, name, kind, low, high, step, distribution)
    SELECT id, sweep, position, name, kind, low, high, step, distribution FROM parameter;
    DROP TABLE parameter;
    ALTER TABLE newParameter RENAME TO parameter;

    CREATE TABLE newAttempt (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      decision INTEGER REFERENCES decision (id) ON DELETE CASCADE,
      host TEXT NOT NULL,
      bootID TEXT,
      pidNamespace TEXT,
      pid INTEGER NOT NULL,
      processStart TEXT,
      worker TEXT,
      -- The byte of results.db-owners that the process keeps locked, INODE:OFFSET.
      lock TEXT,
      toolVersion TEXT NOT NULL,
      started TEXT NOT NULL,
      ended TEXT,
      outcome TEXT CHECK ((outcome IS NULL) = (ended IS NULL))
    );
    INSERT INTO newAttempt (id, trial, decision, host, bootID, pidNamespace, pid, processStart,
      worker, toolVersion, started, ended, outcome)
    SELECT id, trial, decision, host, bootID, pidNamespace, pid, processStart, worker, toolVersion,
      started, ended, outcome
    FROM attempt;
    DROP TABLE attempt;
    ALTER TABLE newAttempt RENAME TO attempt;
    CREATE INDEX attemptOfTrial ON attempt (trial);
    CREATE UNIQUE INDEX openAttempt ON attempt (trial) WHERE ended IS NULL;

    -- The decisions of trials that somebody has deleted. A history has no gaps, and the trial is
    -- trained again under its number.
    CREATE TABLE deletedDecision (
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      trial INTEGER NOT NULL,
      point INTEGER,
      literals TEXT NOT NULL,
      seed INTEGER NOT NULL,
      workPerEpoch INTEGER NOT NULL,
      fromEpoch INTEGER NOT NULL,
      untilEpoch INTEGER,
      purpose TEXT NOT NULL,
      seen INTEGER,
      charge INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      deleted TEXT NOT NULL,
      PRIMARY KEY (sweep, number)
    ) WITHOUT ROWID;

    """

  /// Rows whose owner is gone. A sweep that got the same id would take them for its own.
  static let orphans3 = """
    DELETE FROM trial WHERE sweep NOT IN (SELECT id FROM sweep);
    DELETE FROM decision
      WHERE sweep NOT IN (SELECT id FROM sweep) OR trial NOT IN (SELECT id FROM trial);
    DELETE FROM deletedDecision WHERE sweep NOT IN (SELECT id FROM sweep);
    DELETE FROM parameter WHERE sweep NOT IN (SELECT id FROM sweep);
    DELETE FROM setting WHERE sweep NOT IN (SELECT id FROM sweep);
    DELETE FROM sweepRevision WHERE sweep NOT IN (SELECT id FROM sweep);
    DELETE FROM choice WHERE parameter NOT IN (SELECT id FROM parameter);
    DELETE FROM outcome WHERE decision NOT IN (SELECT id FROM decision);
    DELETE FROM attempt WHERE trial NOT IN (SELECT id FROM trial)
      OR decision IS NOT NULL AND decision NOT IN (SELECT id FROM decision);
    DELETE FROM trialParameter WHERE trial NOT IN (SELECT id FROM trial);
    DELETE FROM epoch WHERE trial NOT IN (SELECT id FROM trial);
    DELETE FROM metric WHERE trial NOT IN (SELECT id FROM trial);
    DELETE FROM trial_system_attributes WHERE trial_id NOT IN (SELECT id FROM trial);
    DELETE FROM trial_heartbeats WHERE trial_id NOT IN (SELECT id FROM trial);
    DELETE FROM studies WHERE study_id NOT IN (SELECT id FROM sweep);
    DELETE FROM study_directions WHERE study_id NOT IN (SELECT study_id FROM studies);
    DELETE FROM study_user_attributes WHERE study_id NOT IN (SELECT study_id FROM studies);
    DELETE FROM study_system_attributes WHERE study_id NOT IN (SELECT study_id FROM studies);

    """

  /// Every sweep is a study of its name again, whatever was renamed or deleted.
  private static let studies3 = """
    DELETE FROM studies;
    INSERT INTO studies (study_id, study_name) SELECT id, name FROM sweep;
    INSERT INTO study_directions (direction, study_id, objective)
    SELECT CASE WHEN biggerIsBetter THEN 'MAXIMIZE' ELSE 'MINIMIZE' END, id, 0 FROM sweep
    WHERE id NOT IN (SELECT study_id FROM study_directions);

    """

  /// Times were UTC without saying so. A trial has started with its first attempt.
  private static let times3 = """
    UPDATE sweep SET created = created || 'Z', ended = ended || 'Z';
    UPDATE sweepRevision SET created = created || 'Z';
    UPDATE choice SET created = created || 'Z';
    UPDATE decision SET created = created || 'Z';
    UPDATE outcome SET ended = ended || 'Z';
    UPDATE attempt SET started = started || 'Z', ended = ended || 'Z';
    UPDATE epoch SET ended = ended || 'Z';
    UPDATE trial SET ended = ended || 'Z', started = min(started || 'Z', coalesce(
      (SELECT min(attempt.started) FROM attempt WHERE attempt.trial = trial.id), started || 'Z'));

    """

  /// What SQL sees of a setting: numbers as numbers, truth values as 1 and 0, None as NULL.
  private static let settings3 = """
    ALTER TABLE setting ADD COLUMN typed;
    UPDATE setting SET typed = CASE
      WHEN value = 'None' THEN NULL
      WHEN value = 'True' THEN 1
      WHEN value = 'False' THEN 0
      WHEN json_valid(value) AND json_type(value) IN ('integer', 'real')
        THEN json_extract(value, '$')
      WHEN value LIKE '''%'''
        THEN replace(replace(replace(replace(substr(value, 2, length(value) - 2),
          '\\t', char(9)), '\\n', char(10)), '\\''', ''''), '\\\\', '\\')
      ELSE value
    END;

    """

  private static let optunaViews3 =
    trialsView3
    + otherOptunaViews1.replacing(
      "state IN ('complete', 'pruned')", with: "state IN ('complete', 'paused')")

  /// Optuna reads times without a zone, as UTC.
  static let trialsView3 = """
    CREATE VIEW trials AS
    SELECT trial_id, number, study_id, state, substr(started, 1, 23) || '000' AS datetime_start,
      CASE WHEN state IN ('COMPLETE', 'PRUNED', 'FAIL') THEN substr(ended, 1, 23) || '000' END
        AS datetime_complete
    FROM (
      SELECT trial.id AS trial_id, trial.number AS number, trial.sweep AS study_id,
        CASE
          WHEN trial.state = 'waiting' THEN 'WAITING'
          WHEN trial.state = 'running' THEN 'RUNNING'
          WHEN trial.state = 'paused' AND sweep.ended IS NULL THEN 'RUNNING'
          WHEN trial.state = 'paused' THEN 'PRUNED'
          WHEN trial.state = 'complete' AND trial.validScore IS NOT NULL THEN 'COMPLETE'
          ELSE 'FAIL'
        END AS state,
        CASE WHEN trial.state <> 'waiting' THEN trial.started END AS started,
        trial.ended AS ended
      FROM trial JOIN sweep ON sweep.id = trial.sweep
    );

    """
}
