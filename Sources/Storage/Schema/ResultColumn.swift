import GRDB

/// A column of the wide views that not every sweep has.
struct ResultColumn: Hashable {
  enum Kind: String, CaseIterable, StoredValue {
    case parameter, valid, test
  }

  let kind: Kind
  /// The name of the parameter or the metric.
  let name: String

  /// The place among the columns of a view: parameters by name, then validation metrics and test metrics
  /// by name and by k. It does not depend on what was there first, so that the views of two files with
  /// the same columns can be put together.
  static func precedes(_ one: ResultColumn, _ other: ResultColumn) -> Bool {
    one.place < other.place
  }

  private var place: (Int, String, Int, String) {
    if kind == .parameter { return (0, name, 0, name) }
    let metric = name.prefix { $0 != "@" }
    let k = Int(name.dropFirst(metric.count + 1)) ?? 0
    return (kind == .valid ? 1 : 2, String(metric), k, name)
  }

  /// The columns of a sweep, the ones that matter most first.
  static func all(
    parameters: [String], metrics: [String], validMetric: String
  ) -> [ResultColumn] {
    let first = metrics.filter { $0 == validMetric }
    return parameters.map { ResultColumn(kind: .parameter, name: $0) }
      + (first + metrics.filter { $0 != validMetric }).flatMap { metric in
        [ResultColumn(kind: .valid, name: metric), ResultColumn(kind: .test, name: metric)]
      }
  }
}

/// The titles of the columns that the views have, in the table `resultColumn`.
///
/// A column keeps its title for ever. `@` and other signs become `_`. A title that is taken already,
/// such as that of a searched parameter `epochs`, gets `param_` in front or a number behind.
struct ResultTitles {
  /// Titles that the views have in any case.
  private static let fixed: Set = [
    "sweep", "trial", "state", "purpose", "metric", "dataset", "seed", "valid_score", "best_epoch",
    "epochs",
    "seconds", "started", "ended", "kernels", "epoch", "loss", "point", "n", "mean",
    "standard_error", "best", "paused", "failed",
  ]

  private(set) var titles: [ResultColumn: String] = [:]
  private var taken = Self.fixed
  private var parameters = 0

  /// Reads the columns, the oldest first, as far as the views have room for them.
  init(_ db: Database) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT kind, name, title FROM resultColumn ORDER BY id")
    // A file of an earlier format may have given away a title that every view has now.
    var clashing: [ResultColumn] = []
    for row in rows {
      let kind: ResultColumn.Kind = try row.value("kind", of: "resultColumn")
      let title: String = try row.value("title", of: "resultColumn")
      guard hasRoom(for: kind) else { continue }
      let column = ResultColumn(kind: kind, name: try row.value("name", of: "resultColumn"))
      if Self.fixed.contains(title.lowercased()) {
        clashing.append(column)
      } else {
        insert(column, title)
      }
    }
    for column in clashing { insert(column, freeTitle(for: column)) }
  }

  /// SQLite allows 2,000 columns. Metrics leave room for the parameters of later sweeps.
  func hasRoom(for kind: ResultColumn.Kind) -> Bool {
    kind == .parameter ? parameters < 400 : titles.count - parameters < 1_500
  }

  /// Adds a column and returns its title.
  mutating func add(_ column: ResultColumn) -> String {
    let title = freeTitle(for: column)
    insert(column, title)
    return title
  }

  private mutating func insert(_ column: ResultColumn, _ title: String) {
    titles[column] = title
    taken.insert(title.lowercased())
    if column.kind == .parameter { parameters += 1 }
  }

  private func freeTitle(for column: ResultColumn) -> String {
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
}
