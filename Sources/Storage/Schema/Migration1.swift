extension Schema {
  /// Format 1. Never to be edited: files in the field were made by it.
  ///
  /// The native tables come first, then Optuna's names for the same facts (schema v3.2.0.a, version
  /// 12), which let Optuna and optuna-dashboard open the file and keep them from finding anything to
  /// create in it. Times are UTC. NaN is NULL everywhere.
  static let migration1 = nativeTables1 + failureView1 + optunaTables1 + optunaViews1

  private static let nativeTables1 = """
    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      isNamed INTEGER NOT NULL CHECK (isNamed IN (0, 1)),
      created TEXT NOT NULL,
      model TEXT NOT NULL,
      dataset TEXT NOT NULL,
      dataDigest TEXT NOT NULL,
      space TEXT NOT NULL,
      sampler TEXT NOT NULL,
      seed INTEGER NOT NULL,
      validMetric TEXT NOT NULL,
      biggerIsBetter INTEGER NOT NULL CHECK (biggerIsBetter IN (0, 1)),
      plannedTrials INTEGER,
      toolVersion TEXT NOT NULL
    );

    CREATE TABLE sweepRevision (
      id INTEGER PRIMARY KEY,
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      created TEXT NOT NULL,
      space TEXT NOT NULL,
      toolVersion TEXT NOT NULL,
      UNIQUE (sweep, number)
    );

    CREATE TABLE setting (
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (sweep, name)
    ) WITHOUT ROWID;

    CREATE TABLE parameter (
      id INTEGER PRIMARY KEY,
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

    CREATE TABLE choice (
      parameter INTEGER NOT NULL REFERENCES parameter (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      text TEXT NOT NULL,
      json TEXT NOT NULL,
      created TEXT NOT NULL,
      PRIMARY KEY (parameter, position),
      UNIQUE (parameter, text)
    ) WITHOUT ROWID;

    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      sweep INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      parameters TEXT NOT NULL,
      seed INTEGER NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'complete', 'pruned', 'failed')),
      reason TEXT CHECK ((state = 'failed') = (reason IS NOT NULL)),
      message TEXT,
      started TEXT NOT NULL,
      ended TEXT,
      validScore REAL,
      bestEpoch INTEGER,
      epochs INTEGER,
      seconds REAL,
      kernels TEXT,
      UNIQUE (sweep, number),
      UNIQUE (sweep, parameters, seed)
    );
    CREATE INDEX trialByState ON trial (sweep, state, validScore);

    CREATE TABLE trialParameter (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      value,
      text TEXT NOT NULL,
      UNIQUE (trial, name)
    );

    CREATE TABLE attempt (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      host TEXT NOT NULL,
      bootID TEXT,
      pidNamespace TEXT,
      pid INTEGER NOT NULL,
      processStart TEXT,
      toolVersion TEXT NOT NULL,
      started TEXT NOT NULL,
      ended TEXT,
      outcome TEXT CHECK ((outcome IS NULL) = (ended IS NULL))
    );
    CREATE INDEX attemptOfTrial ON attempt (trial);
    CREATE UNIQUE INDEX openAttempt ON attempt (trial) WHERE ended IS NULL;

    CREATE TABLE epoch (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      trainLoss REAL,
      trainSeconds REAL,
      evaluationSeconds REAL,
      validScore REAL,
      ended TEXT NOT NULL,
      UNIQUE (trial, number)
    );

    CREATE TABLE metric (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
      epoch INTEGER NOT NULL,
      split TEXT NOT NULL CHECK (split IN ('valid', 'test')),
      name TEXT NOT NULL,
      value REAL,
      UNIQUE (trial, epoch, split, name)
    );

    CREATE TABLE resultColumn (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('parameter', 'valid', 'test')),
      name TEXT NOT NULL,
      title TEXT NOT NULL COLLATE NOCASE UNIQUE,
      UNIQUE (kind, name)
    );

    """

  static let failureView1 = """
    CREATE VIEW failure AS
    SELECT sweep.name AS sweep, trial.number AS trial, trial.reason AS reason,
      trial.message AS message, trial.parameters AS parameters
    FROM trial JOIN sweep ON sweep.id = trial.sweep
    WHERE trial.state = 'failed';

    """
}
