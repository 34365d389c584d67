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
    var curve: [String] = []
    for (column, title) in columns {
      let title = quote(identifier: title)
      let name = column.name
      switch column.kind {
      case .parameter: results.append(parameterValue(name) + " AS \(title)")
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
    let facts = [
      "sweep.name AS sweep", "trial.number AS trial", state, "sweep.validMetric AS metric",
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
