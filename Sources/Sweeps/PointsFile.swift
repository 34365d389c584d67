import Literals
import Recommender
import Search
import Trials

/// Points that a user wants to be tried first, from a file of CSV or YAML.
///
///     learning_rate,interest_size
///     0.005,4
///
/// Every point has all parameters of the space and no others, and each value lies in its domain.
struct PointsFile {
  /// The points in the order of the file, each once.
  let points: [Point]

  private static let mostErrors = 50

  init(path: String, space: SearchSpace) throws(InvalidInput) {
    let table = try ValueTable(path: path)
    guard !table.rows.isEmpty else {
      throw InvalidInput(
        "'\(path)' has no point; it has the names of the parameters in its first line, and a point in "
          + "each line below")
    }
    var errors = DiagnosticList(limit: Self.mostErrors)
    // A column that is wrong is wrong in every row.
    var unknown: Set<String> = []
    var points: [Point] = []
    var known: Set<Point> = []
    for row in table.rows {
      let before = errors.count + unknown.count
      for cell in row.cells where space[cell.name] == nil {
        guard unknown.insert(cell.name).inserted else { continue }
        errors.append(Self.unknown(cell, space))
      }
      let entries = space.parameters.compactMap { parameter -> Point.Entry? in
        let cells = row.cells.filter { $0.name == parameter.name }
        guard let cell = cells.first, cells.count == 1 else {
          errors.append(
            Diagnostic(
              .error, at: cells.last?.location ?? row.location,
              cells.isEmpty
                ? "a point has a value of '\(parameter.name)', found none"
                : "'\(parameter.name)' is given twice"))
          return nil
        }
        guard let value = Self.value(cell.value, in: parameter.domain) else {
          errors.append(Self.outside(cell, parameter))
          return nil
        }
        return Point.Entry(name: parameter.name, value: value)
      }
      guard errors.count + unknown.count == before else { continue }
      let point = Point(entries)
      if known.insert(point).inserted { points.append(point) }
    }
    guard errors.isEmpty else { throw InvalidInput(errors.diagnostics) }
    self.points = points
  }

  /// Returns the value of the domain that a literal stands for; nil if there is none. A whole number is a
  /// real where the domain has reals.
  private static func value(_ literal: Literal, in domain: Domain) -> Literal? {
    if domain.contains(literal) { return literal }
    var others: [Literal] = []
    switch literal {
    case .integer(let value): others = [.real(Double(value)), .string("\(value)")]
    case .real(let value):
      others = (Int(exactly: value).map { [.integer($0)] } ?? []) + [.string("\(value)")]
    case .list(let values): others = [.tuple(values), .string(literal.description)]
    case .tuple(let values): others = [.list(values)]
    case .none, .bool, .string, .dictionary: break
    }
    if case .choice(let values) = domain {
      // One spelling of a value in the space, another one here.
      return others.first(where: domain.contains)
        ?? values.first { $0.canonical == literal.canonical }
    }
    return others.first(where: domain.contains)
  }

  private static func unknown(_ cell: ValueTable.Cell, _ space: SearchSpace) -> Diagnostic {
    let names = space.parameters.map(\.name)
    let near = Suggestion.closest(to: cell.name, among: names)
    let advice =
      cell.name == ConfigurationKey.seed
      ? "; seeds are no part of a point"
      : near.map { "; did you mean '\($0)'" }
        ?? "; the space has " + names.map { "'\($0)'" }.joined(separator: ", ")
    return Diagnostic(
      .error, at: cell.nameLocation,
      "\(cell.name.quotedExcerpt) is no parameter of the space\(advice)")
  }

  private static func outside(
    _ cell: ValueTable.Cell, _ parameter: SearchSpace.Parameter
  ) -> Diagnostic {
    var near: String?
    if let number = cell.value.number, case .choice(let values) = parameter.domain {
      near = values.min { one, other in
        abs((one.number ?? .infinity) - number) < abs((other.number ?? .infinity) - number)
      }.map { "; the nearest value is \($0)" }
    }
    return Diagnostic(
      .error, at: cell.location,
      "'\(parameter.name)' is searched by \(parameter.domain.description.excerpt), found "
        + "\(cell.value.excerpt)\(near ?? "; add it to the space, or drop the point")")
  }
}
