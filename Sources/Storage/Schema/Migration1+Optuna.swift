// Optuna's storage schema: what it calls a study is a sweep. Its trials are views, so that they are
// never out of step, and so that no Optuna process can add trials to a sweep behind our back.
extension Schema {
  static let optunaTables1 = """
    CREATE TABLE alembic_version (
      version_num VARCHAR(32) NOT NULL,
      CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
    );
    INSERT INTO alembic_version VALUES ('v3.2.0.a');

    CREATE TABLE version_info (
      version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1),
      schema_version INTEGER,
      library_version VARCHAR(256)
    );
    INSERT INTO version_info VALUES (1, 12, 'sine-tune');

    CREATE TABLE studies (
      study_id INTEGER NOT NULL PRIMARY KEY REFERENCES sweep (id) ON DELETE CASCADE,
      study_name VARCHAR(512) NOT NULL
    );
    CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);

    CREATE TABLE study_directions (
      study_direction_id INTEGER NOT NULL PRIMARY KEY,
      direction VARCHAR(8) NOT NULL,
      study_id INTEGER NOT NULL REFERENCES studies (study_id) ON DELETE CASCADE,
      objective INTEGER NOT NULL,
      UNIQUE (study_id, objective)
    );

    CREATE TABLE study_user_attributes (
      study_user_attribute_id INTEGER NOT NULL PRIMARY KEY,
      study_id INTEGER REFERENCES studies (study_id) ON DELETE CASCADE,
      key VARCHAR(512),
      value_json TEXT,
      UNIQUE (study_id, key)
    );

    CREATE TABLE study_system_attributes (
      study_system_attribute_id INTEGER NOT NULL PRIMARY KEY,
      study_id INTEGER REFERENCES studies (study_id) ON DELETE CASCADE,
      key VARCHAR(512),
      value_json TEXT,
      UNIQUE (study_id, key)
    );

    CREATE TABLE trial_system_attributes (
      trial_system_attribute_id INTEGER NOT NULL PRIMARY KEY,
      trial_id INTEGER REFERENCES trial (id) ON DELETE CASCADE,
      key VARCHAR(512),
      value_json TEXT,
      UNIQUE (trial_id, key)
    );

    CREATE TABLE trial_heartbeats (
      trial_heartbeat_id INTEGER NOT NULL PRIMARY KEY,
      trial_id INTEGER NOT NULL UNIQUE REFERENCES trial (id) ON DELETE CASCADE,
      heartbeat DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
    );

    """

  /// A complete trial without a score, NaN, is a failed one to Optuna. A pruned trial's value is its
  /// last intermediate one. Attributes 2n are metrics, 2n + 1 everything else.
  static let optunaViews1 = trialsView1 + otherOptunaViews1

  private static let trialsView1 = """
    CREATE VIEW trials AS
    SELECT id AS trial_id, number AS number, sweep AS study_id,
      CASE
        WHEN state = 'waiting' THEN 'WAITING'
        WHEN state = 'running' THEN 'RUNNING'
        WHEN state = 'pruned' THEN 'PRUNED'
        WHEN state = 'complete' AND validScore IS NOT NULL THEN 'COMPLETE'
        ELSE 'FAIL'
      END AS state,
      CASE WHEN state <> 'waiting' THEN started || '000' END AS datetime_start,
      ended || '000' AS datetime_complete
    FROM trial;

    """

  static let otherOptunaViews1 = """
    CREATE VIEW trial_params AS
    SELECT given.id AS param_id, given.trial AS trial_id, given.name AS param_name,
      CASE WHEN parameter.kind = 'choice' THEN CAST(choice.position AS REAL) ELSE given.value END
        AS param_value,
      parameter.distribution AS distribution_json
    FROM trialParameter AS given
    JOIN trial ON trial.id = given.trial
    JOIN parameter ON parameter.sweep = trial.sweep AND parameter.name = given.name
    LEFT JOIN choice ON choice.parameter = parameter.id AND choice.text = given.text;

    CREATE VIEW trial_values AS
    SELECT trial_id AS trial_value_id, trial_id, 0 AS objective,
      CASE WHEN abs(score) < 9e999 THEN score END AS value,
      CASE WHEN abs(score) < 9e999 THEN 'FINITE' WHEN score > 0 THEN 'INF_POS' ELSE 'INF_NEG' END
        AS value_type
    FROM (
      SELECT id AS trial_id,
        CASE WHEN state = 'complete' THEN validScore ELSE (
          SELECT epoch.validScore FROM epoch
          WHERE epoch.trial = trial.id AND epoch.validScore IS NOT NULL
          ORDER BY epoch.number DESC LIMIT 1
        ) END AS score
      FROM trial WHERE state IN ('complete', 'pruned')
    )
    WHERE score IS NOT NULL;

    CREATE VIEW trial_intermediate_values AS
    SELECT id AS trial_intermediate_value_id, trial AS trial_id, number AS step,
      CASE WHEN abs(validScore) < 9e999 THEN validScore END AS intermediate_value,
      CASE
        WHEN abs(validScore) < 9e999 THEN 'FINITE'
        WHEN validScore > 0 THEN 'INF_POS'
        ELSE 'INF_NEG'
      END AS intermediate_value_type
    FROM epoch WHERE validScore IS NOT NULL;

    CREATE VIEW trial_user_attributes AS
    SELECT 2 * metric.id AS trial_user_attribute_id, metric.trial AS trial_id,
      metric.split || '_' || metric.name AS key, \(json(real: "metric.value")) AS value_json
    FROM trial JOIN metric ON metric.trial = trial.id AND metric.epoch = trial.bestEpoch
    UNION ALL
    SELECT 16 * id + 1, id, 'seed', CAST(seed AS TEXT) FROM trial
    UNION ALL
    SELECT 16 * id + 3, id, 'best_epoch', CAST(bestEpoch AS TEXT) FROM trial
    WHERE bestEpoch IS NOT NULL
    UNION ALL
    SELECT 16 * id + 5, id, 'epochs', CAST(epochs AS TEXT) FROM trial WHERE epochs IS NOT NULL
    UNION ALL
    SELECT 16 * id + 7, id, 'seconds', \(json(real: "seconds")) FROM trial
    WHERE seconds IS NOT NULL
    UNION ALL
    SELECT 16 * id + 9, id, 'kernels', json_quote(kernels) FROM trial WHERE kernels IS NOT NULL
    UNION ALL
    SELECT 16 * id + 11, id, 'sine:reason', json_quote(reason) FROM trial
    WHERE reason IS NOT NULL
    UNION ALL
    SELECT 16 * id + 13, id, 'sine:message', json_quote(message) FROM trial
    WHERE message IS NOT NULL
    UNION ALL
    SELECT 16 * trial + 15, trial, 'sine:attempts', CAST(count(*) AS TEXT) FROM attempt
    GROUP BY trial HAVING count(*) > 1;

    """

  /// A real as JSON in as few digits as give it back; JSON has no infinity, but Python reads these.
  private static func json(real column: String) -> String {
    """
    CASE
      WHEN \(column) IS NULL THEN 'null'
      WHEN \(column) = 9e999 THEN 'Infinity'
      WHEN \(column) = -9e999 THEN '-Infinity'
      WHEN CAST(printf('%!.15g', \(column)) AS REAL) = \(column) THEN printf('%!.15g', \(column))
      ELSE printf('%!.17g', \(column))
    END
    """
  }
}
