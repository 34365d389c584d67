import GRDB
import Literals
import Search

extension SearchSpace.Parameter {
  /// Adds the parameter's values to those that the sweep has searched before.
  ///
  /// Choices are only ever added, behind the others: a choice keeps its index, by which Optuna knows
  /// it. Bounds only ever widen.
  func store(at position: Int, ofSweep sweep: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO parameter (sweep, position, name, kind, distribution) VALUES (?, ?, ?, ?, '')
        ON CONFLICT (sweep, name) DO UPDATE SET position = excluded.position
        """, arguments: [sweep, position, name, domain.kind.rawValue])
    guard
      let id: Int64 = try db.value(
        "parameter.id", sql: "SELECT id FROM parameter WHERE sweep = ? AND name = ?",
        arguments: [sweep, name])
    else { return }
    let distribution: String
    switch domain {
    case .choice(let values):
      distribution = try store(values, ofParameter: id, in: db)
    case .uniform, .loguniform, .quniform:
      let step: Double? = if case .quniform(_, _, let step) = domain { step } else { nil }
      // Of the values themselves, which the bounds of a loguniform are the logarithms of.
      let own = domain.bounds ?? (0, 0)
      let bounds = try widen(id, low: own.low, high: own.high, step: step, in: db)
      distribution = Self.float(bounds, step: step, isLogarithmic: domain.kind == .loguniform)
    }
    try db.execute(
      sql: "UPDATE parameter SET distribution = ? WHERE id = ?", arguments: [distribution, id])
  }

  private func store(
    _ values: [Literal], ofParameter id: Int64, in db: Database
  ) throws -> String {
    for value in values {
      try db.execute(
        sql: """
          INSERT INTO choice (parameter, position, text, json, created)
          SELECT :id, (SELECT count(*) FROM choice WHERE parameter = :id), :text, :json, \(SQL.now)
          WHERE NOT EXISTS (SELECT 1 FROM choice WHERE parameter = :id AND text = :text)
          """, arguments: ["id": id, "text": value.description, "json": value.optunaChoice])
    }
    let choices: [String] = try db.values(
      "choice.json", sql: "SELECT json FROM choice WHERE parameter = ? ORDER BY position",
      arguments: [id])
    return """
      {"name": "CategoricalDistribution", "attributes": \
      {"choices": [\(choices.joined(separator: ", "))]}}
      """
  }

  private func widen(
    _ id: Int64, low: Double, high: Double, step: Double?, in db: Database
  ) throws -> (low: Double, high: Double) {
    try db.execute(
      sql: """
        UPDATE parameter SET low = min(coalesce(low, :low), :low),
          high = max(coalesce(high, :high), :high), step = :step
        WHERE id = :id
        """, arguments: ["id": id, "low": low, "high": high, "step": step])
    let row = try Row.fetchOne(
      db, sql: "SELECT low, high FROM parameter WHERE id = ?", arguments: [id])
    return (
      try row?.value("low", of: "parameter") ?? low, try row?.value("high", of: "parameter") ?? high
    )
  }

  private static func float(
    _ bounds: (low: Double, high: Double), step: Double?, isLogarithmic: Bool
  ) -> String {
    """
    {"name": "FloatDistribution", "attributes": {"step": \(step.map { "\($0)" } ?? "null"), \
    "low": \(bounds.low), "high": \(bounds.high), "log": \(isLogarithmic)}}
    """
  }
}
