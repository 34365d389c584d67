import GRDB

/// The views that users query, with a column for each parameter and metric of any sweep in the file.
///
/// Facts that every trial has come first, then the columns of `ResultColumn` in an order of their own.
enum ResultViews {
  /// The most columns of metrics that a sweep gets: one with hundreds of metrics leaves room for others.
  private static let mostMetrics = 500

  /// Adds what is new among the columns of a sweep to the views, and returns the columns for which they
  /// have no room: their values are found in the native tables alone.
  @discardableResult
  static func add(_ columns: [ResultColumn], to db: Database) throws -> [ResultColumn] {
    if columns.isEmpty { return [] }
    var titles = try ResultTitles(db)
    var leftOut: [ResultColumn] = []
    var metrics = 0
    var isChanged = false
    for column in columns {
      if column.kind != .parameter { metrics += 1 }
      if titles.titles[column] != nil { continue }
      guard titles.hasRoom(for: column.kind), metrics <= mostMetrics else {
        leftOut.append(column)
        continue
      }
      try db.execute(
        sql: "INSERT INTO resultColumn (kind, name, title) VALUES (?, ?, ?)",
        arguments: [column.kind.rawValue, column.name, titles.add(column)])
      isChanged = true
    }
    if isChanged { try rebuild(db) }
    return leftOut
  }

  /// Makes the views anew, from the table of their columns.
  static func rebuild(_ db: Database) throws {
    let columns = try ResultTitles(db).titles.sorted { ResultColumn.precedes($0.key, $1.key) }
    var results: [String] = []
    var parameters: [String] = []
    var curve: [String] = []
    for (column, title) in columns {
      let title = quote(identifier: title)
      let name = column.name
      switch column.kind {
      case .parameter:
        let value = parameterValue(name) + " AS \(title)"
        results.append(value)
        // The trials of a configuration differ in their seeds.
        if name != StoredSweep.seedName { parameters.append(value) }
      case .valid:
        results.append(metricValue(name, split: "valid", epoch: "trial.bestEpoch") + " AS \(title)")
        curve.append(metricValue(name, split: "valid", epoch: "epoch.number") + " AS \(title)")
      case .test:
        results.append(metricValue(name, split: "test", epoch: "trial.bestEpoch") + " AS \(title)")
      }
    }
    // A trial that is still paused when its sweep has ended will not go on: it was pruned.
    let state = """
      CASE WHEN trial.state = 'paused' AND sweep.ended IS NOT NULL THEN 'pruned'
        ELSE trial.state END AS state
      """
    // Another try at a trial has the purpose of the first one.
    let purpose = """
      (SELECT replace(purpose, 'retry', 'search') FROM decision
        WHERE decision.trial = trial.id ORDER BY number LIMIT 1) AS purpose
      """
    let facts = [
      "sweep.name AS sweep", "trial.number AS trial", state, purpose,
      "sweep.validMetric AS metric",
      "sweep.dataset AS dataset", "trial.seed AS seed", "trial.validScore AS valid_score",
      "trial.bestEpoch AS best_epoch", "trial.epochs AS epochs", "trial.seconds AS seconds",
      "trial.started AS started", "trial.ended AS ended", "trial.kernels AS kernels",
    ]
    try db.execute(
      sql: """
        DROP VIEW IF EXISTS results;
        CREATE VIEW results AS
        SELECT \((facts + results).joined(separator: ",\n  "))
        FROM trial JOIN sweep ON sweep.id = trial.sweep;
        """)
    try db.execute(sql: "DROP VIEW IF EXISTS configurations; " + configurations(parameters))
    let epoch = [
      "sweep.name AS sweep", "trial.number AS trial", "epoch.number AS epoch",
      "epoch.trainLoss AS loss", "epoch.validScore AS valid_score",
      "epoch.trainSeconds + epoch.evaluationSeconds AS seconds",
    ]
    try db.execute(
      sql: """
        DROP VIEW IF EXISTS curve;
        CREATE VIEW curve AS
        SELECT \((epoch + curve).joined(separator: ",\n  "))
        FROM epoch JOIN trial ON trial.id = epoch.trial JOIN sweep ON sweep.id = trial.sweep;
        """)
  }

  /// A row for each point that a sweep has tried, with the scores of its complete trials. Trials that only
  /// confirm a result are left out.
  private static func configurations(_ parameters: [String]) -> String {
    let columns =
      ["sweep.name AS sweep", "own.point AS point"] + parameters + [
        "own.n AS n", "own.mean AS mean",
        "CASE WHEN own.n > 1 THEN sqrt(own.squares / (own.n - 1) / own.n) END AS standard_error",
        "CASE WHEN sweep.biggerIsBetter THEN own.highest ELSE own.lowest END AS best",
        "own.epochs AS epochs", "own.paused AS paused", "own.failed AS failed",
      ]
    return """
      CREATE VIEW configurations AS
      SELECT \(columns.joined(separator: ",\n  "))
      FROM (
        SELECT sweep, max(point) AS point, min(id) AS trial, count(score) AS n, max(mean) AS mean,
          sum((score - mean) * (score - mean)) AS squares, max(score) AS highest,
          min(score) AS lowest, coalesce(sum(epochs), 0) AS epochs,
          sum(state = 'paused') AS paused, sum(state = 'failed') AS failed
        FROM (
          SELECT *, avg(score) OVER (PARTITION BY sweep, parameters) AS mean FROM (
            SELECT trial.sweep, trial.id, trial.point, trial.parameters, trial.state, trial.epochs,
              CASE WHEN trial.state = 'complete' THEN trial.validScore END AS score
            FROM trial WHERE NOT \(SQL.confirms("trial.id"))
          )
        )
        GROUP BY sweep, parameters
      ) AS own
      JOIN trial ON trial.id = own.trial JOIN sweep ON sweep.id = own.sweep;
      """
  }

  /// The value of a trial if its sweep searches the parameter, and otherwise the fixed one of the sweep.
  private static func parameterValue(_ name: String) -> String {
    """
    CASE WHEN EXISTS (SELECT 1 FROM parameter
        WHERE parameter.sweep = trial.sweep AND parameter.name = \(quote(name)))
      THEN (SELECT value FROM trialParameter
        WHERE trialParameter.trial = trial.id AND trialParameter.name = \(quote(name)))
      ELSE (SELECT typed FROM setting
        WHERE setting.sweep = trial.sweep AND setting.name = \(quote(name))) END
    """
  }

  private static func metricValue(_ name: String, split: String, epoch: String) -> String {
    """
    (SELECT value FROM metric WHERE metric.trial = trial.id AND metric.epoch = \(epoch)
      AND metric.split = '\(split)' AND metric.name = \(quote(name)))
    """
  }

  private static func quote(identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
  }

  /// A text as a SQL literal: a view takes no arguments.
  private static func quote(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
