extension Schema {
  /// Format 2: a sweep is a list of decisions. Never to be edited: files in the field were made by it.
  ///
  /// SQLite cannot change a CHECK, so that `trial` is made anew; the views on it go before, and come
  /// back afterwards. Trial n of an old file becomes decision n. Its horizon and its lag are NULL: it
  /// was made without looking at outcomes. Foreign keys are off while this runs.
  static let migration2 =
    dropViews2 + trial2 + decisions2 + revisions2 + oldTrials2 + failureView1 + optunaViews2

  private static let dropViews2 = """
    DROP VIEW failure;
    DROP VIEW trials;
    DROP VIEW trial_params;
    DROP VIEW trial_values;
    DROP VIEW trial_intermediate_values;
    DROP VIEW trial_user_attributes;
    DROP VIEW IF EXISTS results;
    DROP VIEW IF EXISTS curve;

    """

  /// The seed is no part of a point any more. `pruned` was never written by format 1's program.
  private static let trial2 = """
    CREATE TABLE newTrial (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      point INTEGER,
      parameters TEXT NOT NULL,
      seed INTEGER NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'paused', 'complete', 'failed')),
      reason TEXT CHECK ((state = 'failed') = (reason IS NOT NULL)),
      message TEXT,
      started TEXT NOT NULL,
      ended TEXT,
      validScore REAL,
      unroundedScore REAL,
      bestEpoch INTEGER,
      epochs INTEGER,
      seconds REAL,
      kernels TEXT,
      workPerEpoch INTEGER NOT NULL DEFAULT 1,
      UNIQUE (sweep, number),
      UNIQUE (sweep, parameters, seed)
    );

    INSERT INTO newTrial (id, sweep, number, parameters, seed, state, reason, message, started,
      ended, validScore, bestEpoch, epochs, seconds, kernels)
    SELECT id, sweep, number,
      replace(replace(replace(parameters, '"seed": ' || seed || ', ', ''),
        ', "seed": ' || seed || '}', '}'), '{"seed": ' || seed || '}', '{}'),
      seed, CASE state WHEN 'pruned' THEN 'paused' ELSE state END, reason, message, started, ended,
      validScore, bestEpoch, epochs, seconds, kernels
    FROM trial;

    DROP TABLE trial;
    ALTER TABLE newTrial RENAME TO trial;
    CREATE INDEX trialByState ON trial (sweep, state, validScore);
    CREATE INDEX trialByPoint ON trial (sweep, point);

    UPDATE trial SET point = numbered.point FROM (
      SELECT id, dense_rank() OVER (PARTITION BY sweep ORDER BY first) - 1 AS point FROM (
        SELECT id, sweep, min(number) OVER (PARTITION BY sweep, parameters) AS first FROM trial
      )
    ) AS numbered WHERE numbered.id = trial.id;

    ALTER TABLE epoch ADD COLUMN unroundedScore REAL;

    """

  private static let decisions2 = """
    CREATE TABLE decision (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      fromEpoch INTEGER NOT NULL,
      untilEpoch INTEGER,
      purpose TEXT NOT NULL CHECK (purpose IN ('search', 'retry', 'confirm', 'import')),
      seen INTEGER,
      charge INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      created TEXT NOT NULL,
      UNIQUE (sweep, number)
    );
    CREATE INDEX decisionOfTrial ON decision (trial);

    CREATE TABLE outcome (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      decision INTEGER NOT NULL UNIQUE REFERENCES decision (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('complete', 'paused', 'failed', 'withdrawn')),
      epochs INTEGER NOT NULL,
      bestEpoch INTEGER,
      score REAL,
      cost INTEGER NOT NULL,
      reason TEXT,
      message TEXT,
      ended TEXT NOT NULL
    );

    ALTER TABLE attempt ADD COLUMN decision INTEGER REFERENCES decision (id) ON DELETE CASCADE;
    ALTER TABLE attempt ADD COLUMN worker TEXT;

    """

  private static let revisions2 = """
    ALTER TABLE sweep ADD COLUMN dataPath TEXT;
    ALTER TABLE sweep ADD COLUMN ended TEXT;
    ALTER TABLE sweepRevision ADD COLUMN algorithm TEXT;
    ALTER TABLE sweepRevision ADD COLUMN lag INTEGER;
    ALTER TABLE sweepRevision ADD COLUMN trials INTEGER;
    ALTER TABLE sweepRevision ADD COLUMN work INTEGER;
    ALTER TABLE sweepRevision ADD COLUMN earlyStop INTEGER;

    """

  private static let oldTrials2 = """
    INSERT INTO decision (id, sweep, number, trial, fromEpoch, purpose, charge, revision, created)
    SELECT id, sweep, number, id, 0, 'search', 0, 0, started FROM trial ORDER BY id;

    INSERT INTO outcome (decision, kind, epochs, bestEpoch, score, cost, reason, message, ended)
    SELECT id, state, coalesce(epochs, 0), bestEpoch,
      CASE WHEN state <> 'failed' THEN validScore END, coalesce(epochs, 0), reason, message,
      coalesce(ended, started)
    FROM trial WHERE state IN ('complete', 'paused', 'failed') ORDER BY id;

    UPDATE attempt SET decision = trial;

    """

  /// A trial that is still paused when its sweep has ended is a pruned one to Optuna. Until then it
  /// runs.
  private static let optunaViews2 = """
    CREATE VIEW trials AS
    SELECT trial_id, number, study_id, state, datetime_start,
      CASE WHEN state IN ('COMPLETE', 'PRUNED', 'FAIL') THEN ended || '000' END
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
        CASE WHEN trial.state <> 'waiting' THEN trial.started || '000' END AS datetime_start,
        trial.ended AS ended
      FROM trial JOIN sweep ON sweep.id = trial.sweep
    );

    """
    + otherOptunaViews1.replacing(
      "state IN ('complete', 'pruned')", with: "state IN ('complete', 'paused')")
}
