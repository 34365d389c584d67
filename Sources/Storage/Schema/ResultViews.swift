import GRDB

/// A column of the wide views that not every sweep has.
struct ResultColumn: Hashable {
  enum Kind: String, CaseIterable, StoredValue {
    case parameter, valid, test
  }

  let kind: Kind
  /// The name of the parameter or the metric.
  let name: String
}

/// The views that users query, with a column for each parameter and metric of any sweep in the file.
///
/// A column keeps its title for ever: the table `resultColumn` gets it once, when a sweep brings the
/// parameter or metric for the first time. `@` and other signs become `_`. A title that is taken already,
/// such as that of a searched parameter `epochs`, gets `param_` in front or a number behind.
enum ResultViews {
  /// Titles that the views have in any case.
  private static let fixedTitles: Set = [
    "sweep", "trial", "state", "seed", "valid_score", "best_epoch", "epochs", "seconds", "kernels",
    "epoch", "loss",
  ]

  /// SQLite allows 2,000 columns. Beyond these, values are found in the native tables alone.
  private static let maximumColumns = 1_900

  /// Adds what is new among the columns to the views.
  static func add(_ columns: [ResultColumn], to db: Database) throws {
    var isChanged = false
    for column in columns {
      let known: [String: any DatabaseValueConvertible] = [
        "kind": column.kind.rawValue, "name": column.name,
      ]
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM resultColumn WHERE kind = :kind AND name = :name",
        arguments: StatementArguments(known))
      if count == 0 {
        try db.execute(
          sql: "INSERT INTO resultColumn (kind, name, title) VALUES (?, ?, ?)",
          arguments: [column.kind.rawValue, column.name, title(of: column, in: db)])
        isChanged = true
      }
    }
    if isChanged { try rebuild(db) }
  }

  /// Makes the views anew, from the table of their columns.
  static func rebuild(_ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT kind, name, title FROM resultColumn ORDER BY id LIMIT \(maximumColumns)")
    var parameters: [String] = []
    var valid: [String] = []
    var test: [String] = []
    var curve: [String] = []
    for row in rows {
      let name: String = try row.value("name", of: "resultColumn")
      let column = quote(identifier: try row.value("title", of: "resultColumn"))
      switch try row.value("kind", of: "resultColumn") as ResultColumn.Kind {
      case .parameter: parameters.append(parameterValue(name) + " AS \(column)")
      case .valid:
        valid.append(metricValue(name, split: "valid", epoch: "trial.bestEpoch") + " AS \(column)")
        curve.append(metricValue(name, split: "valid", epoch: "epoch.number") + " AS \(column)")
      case .test:
        test.append(metricValue(name, split: "test", epoch: "trial.bestEpoch") + " AS \(column)")
      }
    }
    // A trial that is still paused when its sweep has ended will not go on: it was pruned.
    let state = """
      CASE WHEN trial.state = 'paused' AND sweep.ended IS NOT NULL THEN 'pruned'
        ELSE trial.state END AS state
      """
    let head = ["sweep.name AS sweep", "trial.number AS trial", state]
    let facts = [
      "trial.seed AS seed", "trial.validScore AS valid_score", "trial.bestEpoch AS best_epoch",
      "trial.epochs AS epochs", "trial.seconds AS seconds", "trial.kernels AS kernels",
    ]
    try db.execute(
      sql: """
        DROP VIEW IF EXISTS results;
        CREATE VIEW results AS
        SELECT \((head + parameters + facts + valid + test).joined(separator: ",\n  "))
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

  private static func title(of column: ResultColumn, in db: Database) throws -> String {
    let taken = try Set(
      db.values("resultColumn.title", sql: "SELECT title FROM resultColumn")
        .map { (title: String) in title.lowercased() }
    ).union(fixedTitles)
    func isFree(_ title: String) -> Bool { !taken.contains(title.lowercased()) }
    var title =
      column.kind == .parameter
      ? column.name
      : "\(column.kind.rawValue)_"
        + column.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
    if column.kind == .parameter, !isFree(title) { title = "param_" + title }
    var candidate = title
    var suffix = 2
    while !isFree(candidate) {
      candidate = "\(title)_\(suffix)"
      suffix += 1
    }
    return candidate
  }

  private static func parameterValue(_ name: String) -> String {
    """
    (SELECT value FROM trialParameter
      WHERE trialParameter.trial = trial.id AND trialParameter.name = \(quote(name)))
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
