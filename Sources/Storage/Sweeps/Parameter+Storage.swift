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
      // Of the values themselves, which the bounds of a loguniform are the logarithms of.
      let own = domain.bounds ?? (0, 0)
      let range = try widen(id, low: own.low, high: own.high, step: domain.decimalStep, in: db)
      distribution = Self.float(range, isLogarithmic: domain.kind == .loguniform)
    }
    try db.execute(
      sql: "UPDATE parameter SET distribution = :text WHERE id = :id AND distribution <> :text",
      arguments: ["text": distribution, "id": id])
  }

  private func store(
    _ values: [Literal], ofParameter id: Int64, in db: Database
  ) throws -> String {
    var choices: [String] = try db.values(
      "choice.json", sql: "SELECT json FROM choice WHERE parameter = ? ORDER BY position",
      arguments: [id])
    var known = try Set<String>(
      db.values("choice.text", sql: "SELECT text FROM choice WHERE parameter = ?", arguments: [id]))
    let insertion = try db.makeStatement(
      sql: """
        INSERT INTO choice (parameter, position, text, json, created)
        VALUES (?, ?, ?, ?, \(SQL.now))
        """)
    for value in values where known.insert(value.description).inserted {
      try insertion.execute(
        arguments: [id, choices.count, value.description, value.optunaChoice])
      choices.append(value.optunaChoice)
    }
    return """
      {"name": "CategoricalDistribution", "attributes": \
      {"choices": [\(choices.joined(separator: ", "))]}}
      """
  }

  /// What Optuna has to know of an interval.
  private struct Range {
    let low: Double
    let high: Double
    let step: Double?
  }

  /// Widens the stored bounds. The step goes for good once there was another one.
  private func widen(
    _ id: Int64, low: Double, high: Double, step: Double?, in db: Database
  ) throws -> Range {
    try db.execute(
      sql: """
        UPDATE parameter SET low = min(coalesce(low, :low), :low),
          high = max(coalesce(high, :high), :high),
          step = CASE WHEN low IS NULL OR step IS :step THEN :step END
        WHERE id = :id
        """, arguments: ["id": id, "low": low, "high": high, "step": step])
    let row = try Row.fetchOne(
      db, sql: "SELECT low, high, step FROM parameter WHERE id = ?", arguments: [id])
    return Range(
      low: try row?.value("low", of: "parameter") ?? low,
      high: try row?.value("high", of: "parameter") ?? high,
      step: try row?.value("step", of: "parameter"))
  }

  private static func float(_ range: Range, isLogarithmic: Bool) -> String {
    // Optuna's logarithm needs bounds above 0, and JSON has no infinity.
    let high = min(range.high, .greatestFiniteMagnitude)
    return """
      {"name": "FloatDistribution", "attributes": \
      {"step": \(range.step.map { "\($0)" } ?? "null"), "low": \(range.low), "high": \(high), \
      "log": \(isLogarithmic && range.low > 0)}}
      """
  }
}

extension Domain {
  /// The step of a quniform whose values are decimal multiples of it, as in 0.5, 1.0, 1.5; else nil.
  ///
  /// Optuna counts steps in decimal numbers and takes 0.7 for the end of 0.1, 0.2, …, whose value here,
  /// as in hyperopt, is 7 · 0.1 = 0.7000000000000001: it would refuse this value.
  fileprivate var decimalStep: Double? {
    guard case .quniform(_, _, let step) = self, let count, count <= 10_000 else { return nil }
    let digits = Self.decimals(of: step)
    let isExact = (0..<count).allSatisfy { index in
      switch value(at: index) {
      case .real(let value): Self.decimals(of: value) <= digits
      default: true
      }
    }
    return isExact ? step : nil
  }

  /// The digits behind the point of the shortest decimal number that gives the value back.
  private static func decimals(of value: Double) -> Int {
    let parts = "\(value)".split(separator: "e")
    let fraction = parts[0].split(separator: ".").dropFirst().first ?? "0"
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return max((fraction == "0" ? 0 : fraction.count) - exponent, 0)
  }
}
