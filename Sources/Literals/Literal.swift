/// A value written as a Python literal, as RecBole's files and command lines use them.
///
/// The description is Python's `repr`: `0.001`, `'CE'`, `[5, 10]`, `{'RS': [0.8, 0.1, 0.1]}`,
/// `None`. The keys of a dictionary are sorted, so that equal values print alike.
package enum Literal: Hashable, Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case list([Literal])
  case tuple([Literal])
  case dictionary([String: Literal])
}

extension Literal {
  /// The number of an integer or a real, nil for any other value. `True` is no number.
  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// The elements of a list or a tuple.
  package var elements: [Literal]? {
    switch self {
    case .list(let values), .tuple(let values): values
    default: nil
    }
  }
}

extension Literal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let value): Self.quote(value)
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .tuple(let values):
      values.count == 1
        ? "(\(values[0]),)" : "(" + values.map(\.description).joined(separator: ", ") + ")"
    case .dictionary(let entries):
      "{"
        + entries.sorted { $0.key < $1.key }
        .map { "\(Self.quote($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quote(_ text: String) -> String {
    var quoted = "'"
    // Scalars and not Characters, because a carriage return and a line feed together are one
    // Character.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": quoted += "\\'"
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\u{00}"..<" ", "\u{7F}":
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }
}
