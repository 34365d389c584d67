/// A literal and its elements, each with its place in the text.
package struct LocatedLiteral: Hashable, Sendable {
  package let value: Literal
  package let location: SourceLocation
  /// The elements of a list or a tuple; empty for any other value.
  package let elements: [LocatedLiteral]

  package init(_ value: Literal, at location: SourceLocation, elements: [LocatedLiteral] = []) {
    self.value = value
    self.location = location
    self.elements = elements
  }
}

/// Why a text is not a Python literal.
package struct LiteralError: Error, Hashable, Sendable {
  package let location: SourceLocation
  package let message: String

  package var diagnostic: Diagnostic { Diagnostic(.error, at: location, message) }
}

extension LocatedLiteral {
  /// Reads one Python literal that takes up the whole text; `0.1, 0.2` is a tuple, as in Python.
  ///
  /// Nothing is ever evaluated: `2**3`, names and calls are errors.
  package init(parsing text: String, at start: SourceLocation) throws(LiteralError) {
    var parser = LiteralParser(text, at: start)
    self = try parser.parseAll()
  }
}

extension Literal {
  /// Reads one Python literal that takes up the whole text.
  package init(parsing text: String) throws(LiteralError) {
    let start = SourceLocation(file: "", line: 1, column: 1)
    self = try LocatedLiteral(parsing: text, at: start).value
  }

  /// The value with integral reals as integers and with tuples as lists. Two values are then equal
  /// if Python calls them equal (`1` and `1.0`) or if they mean the same in a configuration.
  package var canonical: Literal {
    switch self {
    case .real(let value): Int(exactly: value).map(Literal.integer) ?? self
    case .list(let values), .tuple(let values): .list(values.map(\.canonical))
    case .dictionary(let entries): .dictionary(entries.mapValues(\.canonical))
    case .none, .bool, .integer, .string: self
    }
  }
}
