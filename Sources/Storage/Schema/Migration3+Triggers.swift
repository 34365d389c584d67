// What happens when somebody changes results.db by hand. A statement of SQL either leaves a file from
// which every sweep goes on as it should, or it is refused with a sentence.
//
// A migration that rewrites one of these tables drops the triggers first.
extension Schema {
  static let triggers3 = cascades3 + names3 + studyTriggers3 + refusals3 + states3

  /// A row takes along what hangs on it, whatever `PRAGMA foreign_keys` says.
  private static let cascades3 = """
    CREATE TRIGGER keepDecisions BEFORE DELETE ON trial
    WHEN EXISTS (SELECT 1 FROM sweep WHERE id = OLD.sweep)
    BEGIN
      INSERT INTO deletedDecision (sweep, number, trial, point, literals, seed, workPerEpoch,
        fromEpoch, untilEpoch, purpose, seen, charge, revision, deleted)
      SELECT OLD.sweep, number, OLD.number, OLD.point,
        (SELECT json_group_object(name, text) FROM trialParameter WHERE trial = OLD.id),
        OLD.seed, OLD.workPerEpoch, fromEpoch, untilEpoch, purpose, seen, charge, revision,
        strftime('%Y-%m-%d %H:%M:%fZ', 'now')
      FROM decision WHERE trial = OLD.id;
    END;

    CREATE TRIGGER deleteSweep AFTER DELETE ON sweep BEGIN
      DELETE FROM trial WHERE sweep = OLD.id;
      DELETE FROM decision WHERE sweep = OLD.id;
      DELETE FROM deletedDecision WHERE sweep = OLD.id;
      DELETE FROM parameter WHERE sweep = OLD.id;
      DELETE FROM setting WHERE sweep = OLD.id;
      DELETE FROM sweepRevision WHERE sweep = OLD.id;
      DELETE FROM studies WHERE study_id = OLD.id;
    END;

    CREATE TRIGGER deleteTrial AFTER DELETE ON trial BEGIN
      DELETE FROM decision WHERE trial = OLD.id;
      DELETE FROM trialParameter WHERE trial = OLD.id;
      DELETE FROM attempt WHERE trial = OLD.id;
      DELETE FROM epoch WHERE trial = OLD.id;
      DELETE FROM metric WHERE trial = OLD.id;
      DELETE FROM trial_system_attributes WHERE trial_id = OLD.id;
      DELETE FROM trial_heartbeats WHERE trial_id = OLD.id;
    END;

    CREATE TRIGGER deleteDecision AFTER DELETE ON decision BEGIN
      DELETE FROM outcome WHERE decision = OLD.id;
      DELETE FROM attempt WHERE decision = OLD.id;
    END;

    CREATE TRIGGER deleteParameter AFTER DELETE ON parameter BEGIN
      DELETE FROM choice WHERE parameter = OLD.id;
    END;

    CREATE TRIGGER deleteStudy AFTER DELETE ON studies BEGIN
      DELETE FROM study_directions WHERE study_id = OLD.study_id;
      DELETE FROM study_user_attributes WHERE study_id = OLD.study_id;
      DELETE FROM study_system_attributes WHERE study_id = OLD.study_id;
    END;

    """

  /// A sweep's name is its study's as well.
  private static let names3 = """
    CREATE TRIGGER renameSweep AFTER UPDATE OF name ON sweep BEGIN
      UPDATE studies SET study_name = NEW.name WHERE study_id = NEW.id;
    END;

    """

  /// Optuna's trials are views here: a study that is no sweep could never have any.
  ///
  /// RAISE is a broken constraint, which Optuna takes for a name that is in use, and ignores when it
  /// deletes a study. A path that JSON does not know is an error of another kind, and its text has the
  /// reason.
  private static let studyTriggers3 = """
    CREATE TRIGGER studyIsSweep BEFORE INSERT ON studies
    WHEN NOT EXISTS (SELECT 1 FROM sweep WHERE name = NEW.study_name)
    BEGIN
      SELECT json_extract('{}', 'Optuna can read the sweeps of sine-tune in this file, but not add '
        || NEW.study_name || ': give it a storage of its own');
    END;

    CREATE TRIGGER studyKeepsName BEFORE UPDATE ON studies
    WHEN NOT EXISTS (SELECT 1 FROM sweep WHERE id = NEW.study_id AND name = NEW.study_name)
    BEGIN
      SELECT RAISE(ABORT, 'a study has the name of its sweep: UPDATE sweep SET name = … WHERE name = …');
    END;

    CREATE TRIGGER studyStays BEFORE DELETE ON studies
    WHEN EXISTS (SELECT 1 FROM sweep WHERE id = OLD.study_id)
    BEGIN
      SELECT json_extract('{}', 'a study goes with its sweep: DELETE FROM sweep WHERE id = '
        || OLD.study_id);
    END;

    CREATE TRIGGER directionStays BEFORE DELETE ON study_directions
    WHEN EXISTS (SELECT 1 FROM sweep WHERE id = OLD.study_id)
    BEGIN
      SELECT json_extract('{}', 'a study goes with its sweep: DELETE FROM sweep WHERE id = '
        || OLD.study_id);
    END;

    """

  private static let refusals3 =
    refuseDeleting(
      [
        ("decision", "trial", "trial"), ("trialParameter", "trial", "trial"),
        ("outcome", "decision", "decision"),
      ],
      "%@ goes with its trial: DELETE FROM trial WHERE … takes the whole trial away, and it is trained again"
    )
    + refuseDeleting(
      [
        ("parameter", "sweep", "sweep"), ("setting", "sweep", "sweep"),
        ("sweepRevision", "sweep", "sweep"), ("choice", "parameter", "parameter"),
      ], "%@ goes with its sweep: DELETE FROM sweep WHERE name = …")
    + refuseUpdating(
      "sweep",
      [
        "id", "model", "dataset", "dataDigest", "sampler", "seed", "validMetric", "biggerIsBetter",
      ], "what a sweep was made with never changes: begin another sweep")
    + refuseUpdating(
      "setting", ["sweep", "name", "value"],
      "what a sweep was made with never changes: begin another sweep")
    + refuseUpdating(
      "sweepRevision", ["sweep", "number"], "the revisions of a sweep never change")
    + refuseUpdating(
      "parameter", ["id", "sweep", "name", "kind"],
      "what a sweep was made with never changes: begin another sweep")
    + refuseUpdating(
      "choice", ["parameter", "position", "text", "json"], "the values of a sweep never change")
    + refuseUpdating(
      "trial", ["id", "sweep", "number", "point", "parameters", "seed", "workPerEpoch"],
      "what a trial is never changes: DELETE FROM trial WHERE … takes it away")
    + refuseUpdating(
      "trialParameter", ["trial", "name", "value", "text"],
      "what a trial is never changes: DELETE FROM trial WHERE … takes it away")
    + refuseUpdating(
      "decision",
      [
        "id", "sweep", "number", "trial", "fromEpoch", "untilEpoch", "purpose", "seen", "charge",
        "revision",
      ], "a decision never changes: DELETE FROM trial WHERE … takes its trial away")
    + refuseUpdating(
      "outcome", ["id", "decision", "kind", "epochs", "bestEpoch", "score", "cost"],
      "an outcome never changes: DELETE FROM trial WHERE … takes its trial away, and it is trained again"
    )
    + refuseUpdating("epoch", ["trial", "number"], "an epoch belongs to its trial")
    + refuseUpdating(
      "metric", ["trial", "epoch", "split", "name"], "a metric belongs to its trial")
    + refuseUpdating("attempt", ["id", "trial", "decision"], "an attempt belongs to its decision")

  /// A trial ends with an outcome, and goes on with a decision. What it has yielded stays. The views have
  /// a column for every row of `resultColumn`.
  private static let states3 = """
    CREATE TRIGGER epochStays BEFORE DELETE ON epoch
    WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial AND state IN ('complete', 'failed'))
    BEGIN
      SELECT RAISE(ABORT, 'what a trial has yielded stays: DELETE FROM trial WHERE … takes the whole trial away, and it is trained again');
    END;

    CREATE TRIGGER metricStays BEFORE DELETE ON metric
    WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial AND state IN ('complete', 'failed'))
    BEGIN
      SELECT RAISE(ABORT, 'what a trial has yielded stays: DELETE FROM trial WHERE … takes the whole trial away, and it is trained again');
    END;

    CREATE TRIGGER resultColumnStays BEFORE DELETE ON resultColumn BEGIN
      SELECT RAISE(ABORT, 'the views have this column, and keep it');
    END;

    CREATE TRIGGER trialKeepsScore BEFORE UPDATE OF validScore, unroundedScore, bestEpoch, epochs
    ON trial WHEN OLD.state IN ('complete', 'failed') AND NEW.state = OLD.state
      AND (OLD.validScore, OLD.unroundedScore, OLD.bestEpoch, OLD.epochs)
        IS NOT (NEW.validScore, NEW.unroundedScore, NEW.bestEpoch, NEW.epochs)
    BEGIN
      SELECT RAISE(ABORT, 'what a trial has yielded never changes: DELETE FROM trial WHERE … takes it away, and it is trained again');
    END;

    CREATE TRIGGER trialHasEnded BEFORE UPDATE OF state ON trial
    WHEN OLD.state IN ('complete', 'paused', 'failed') AND NEW.state <> OLD.state
      AND NOT EXISTS (
        SELECT 1 FROM decision LEFT JOIN outcome ON outcome.decision = decision.id
        WHERE decision.trial = OLD.id AND outcome.id IS NULL)
    BEGIN
      SELECT RAISE(ABORT, 'this trial has ended: DELETE FROM trial WHERE … takes it away, and it is trained again');
    END;

    CREATE TRIGGER trialHasNotEnded BEFORE UPDATE OF state ON trial
    WHEN OLD.state IN ('waiting', 'running') AND NEW.state IN ('complete', 'paused', 'failed')
      AND NOT EXISTS (SELECT 1 FROM attempt WHERE trial = OLD.id AND ended IS NULL)
    BEGIN
      SELECT RAISE(ABORT, 'nobody has trained this trial to an end');
    END;

    """

  /// Refuses that a row goes while its owner stays.
  ///
  /// - Parameters:
  ///   - tables: A table, its column that names the owner, and the table of the owner.
  ///   - message: `%@` stands for the table with its article.
  private static func refuseDeleting(
    _ tables: [(name: String, column: String, owner: String)], _ message: String
  ) -> String {
    tables.map { table in
      // A decision goes with either of its owners.
      let isSweepThere =
        table.name == "decision" ? " AND EXISTS (SELECT 1 FROM sweep WHERE id = OLD.sweep)" : ""
      let article = "aeiou".contains(table.name.prefix(1)) ? "an" : "a"
      return """
        CREATE TRIGGER \(table.name)Stays BEFORE DELETE ON \(table.name)
        WHEN EXISTS (SELECT 1 FROM \(table.owner) WHERE id = OLD.\(table.column))\(isSweepThere)
        BEGIN
          SELECT RAISE(ABORT, '\(message.replacing("%@", with: "\(article) \(table.name)"))');
        END;

        """
    }.joined()
  }

  /// Refuses that these columns change.
  private static func refuseUpdating(
    _ table: String, _ columns: [String], _ message: String
  ) -> String {
    func row(_ name: String) -> String {
      columns.map { "\(name).\($0)" }.joined(separator: ", ")
    }
    return """
      CREATE TRIGGER \(table)Unchanged BEFORE UPDATE OF \(columns.joined(separator: ", "))
      ON \(table) WHEN (\(row("OLD"))) IS NOT (\(row("NEW")))
      BEGIN
        SELECT RAISE(ABORT, '\(message)');
      END;

      """
  }
}
