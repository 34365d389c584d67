import GRDB
import Literals
import Trials

extension Literal {
  /// Reads the text of a parameter's value.
  init(stored text: String) throws {
    guard let value = try? Literal(parsing: text) else {
      throw UnexpectedValue(
        place: "trialParameter.text", found: text.databaseValue, expected: "a Python literal")
    }
    self = value
  }

  /// The value as JSON. The text is canonical, since trials are told apart by it: an integer never
  /// looks like a real, keys are sorted, lists and tuples are arrays.
  var json: String {
    switch self {
    case .none: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .real(let value): value.isFinite ? "\(value)" : jsonString("\(value)")
    case .string(let text): jsonString(text)
    case .list(let values), .tuple(let values):
      "[" + values.map(\.json).joined(separator: ", ") + "]"
    case .dictionary(let entries):
      "{"
        + entries.sorted { $0.key < $1.key }
        .map { "\(jsonString($0.key)): \($0.value.json)" }.joined(separator: ", ") + "}"
    }
  }

  /// The value as a choice of Optuna's categorical distribution, which takes scalars only: anything
  /// else becomes the text of its Python literal.
  var optunaChoice: String {
    switch self {
    case .none, .bool, .integer, .real, .string: json
    case .list, .tuple, .dictionary: jsonString(description)
    }
  }

  /// The value that SQL sees: numbers as numbers, truth values as 1 and 0, None as NULL.
  var databaseValue: DatabaseValue {
    switch self {
    case .none: .null
    case .bool(let value): value.databaseValue
    case .integer(let value): value.databaseValue
    case .real(let value): value.databaseValue
    case .string(let text): text.databaseValue
    case .list, .tuple, .dictionary: description.databaseValue
    }
  }
}

extension Point {
  /// The parameters as a JSON object, names sorted: the same for every order of the space.
  var json: String {
    "{"
      + entries.sorted { $0.name < $1.name }
      .map { "\(jsonString($0.name)): \($0.value.json)" }.joined(separator: ", ") + "}"
  }
}

/// A text as a JSON string.
func jsonString(_ text: String) -> String {
  var json = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": json += "\\\""
    case "\\": json += "\\\\"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: json.unicodeScalars.append(scalar)
    }
  }
  return json + "\""
}
