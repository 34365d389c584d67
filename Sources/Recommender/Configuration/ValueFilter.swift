import Literals

/// The values of one column that RecBole's `val_interval` keeps.
package enum ValueFilter: Hashable, Sendable {
  case intervals(IntervalSet)
  case tokens([String])
}

extension ValueKind where Value == [String: ValueFilter] {
  /// The filters by column. A list keeps its values, and any other literal is an interval.
  ///
  /// A dictionary without filters is written as None.
  static let valueFilters = ValueKind(
    "a dictionary such as {'rating': '[3,inf)'}",
    read: { literal throws(ValueProblem) in
      guard case .dictionary(let entries) = literal else {
        throw .otherKind("found \(literal.excerpt)")
      }
      var filters: [String: ValueFilter] = [:]
      for (field, filter) in entries.sorted(by: { $0.key < $1.key }) {
        guard let elements = filter.elements else {
          filters[field] = .intervals(
            try ValueKind<IntervalSet>.interval.read(part: filter, named: field))
          continue
        }
        let tokens = elements.compactMap(\.token)
        guard tokens.count == elements.count else {
          throw .rule(
            "with '\(field)' takes an interval or a list of values, found \(filter.excerpt)")
        }
        filters[field] = .tokens(tokens)
      }
      return filters
    },
    write: { filters in
      guard !filters.isEmpty else { return .none }
      return .dictionary(
        filters.mapValues { filter in
          switch filter {
          case .intervals(let intervals): .string(intervals.description)
          case .tokens(let tokens): .list(tokens.map(Literal.string))
          }
        })
    })
}

extension Literal {
  /// The text that a token column of a file holds for this value.
  fileprivate var token: String? {
    switch self {
    case .string(let text): text
    case .integer, .real: description
    default: nil
    }
  }
}
