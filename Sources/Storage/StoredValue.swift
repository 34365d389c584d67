import GRDB
import Trials

/// A type of which results.db holds values. Anything else in their place is an error.
///
/// GRDB's own conversions trap on NULL, and take a text for the number 0. So everything that is read
/// from a table goes through `Row.value` or `Database.value`.
protocol StoredValue {
  /// What belongs there, for messages: `a whole number`.
  static var expectation: String { get }

  /// Nil if the value is of another kind.
  init?(stored value: DatabaseValue)
}

/// A value that this program does not write.
struct UnexpectedValue: Error {
  /// The table and the column: `trial.seed`.
  let place: String
  let found: DatabaseValue
  let expected: String

  var reason: String { "\(place) is \(text), where \(expected) belongs" }

  private var text: String {
    switch found.storage {
    case .null: "NULL"
    case .int64(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): Self.quoted(value)
    case .blob(let data): "a blob of \(data.count) bytes"
    }
  }

  /// A text in one line that a terminal can show, shortened if it is long.
  private static func quoted(_ text: String) -> String {
    let start = text.unicodeScalars.prefix(60)
    let shown = start.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined()
    return "'\(shown)\(start.count < text.unicodeScalars.count ? "…" : "")'"
  }
}

extension Row {
  /// Returns the value of a column of a table; the result of the query has the column's name.
  func value<Value: StoredValue>(_ column: String, of table: String) throws -> Value {
    try Value(decode(DatabaseValue.self, forColumn: column), at: "\(table).\(column)")
  }

  /// Returns the value at an index of the result.
  ///
  /// - Parameter place: The table and the column that it comes from, for messages.
  func value<Value: StoredValue>(at index: Int, _ place: StaticString) throws -> Value {
    try Value(decode(DatabaseValue.self, atIndex: index), at: "\(place)")
  }
}

extension Database {
  /// Returns the only value of a query; nil if there is no row, or NULL.
  ///
  /// - Parameter place: The table and the column that it comes from, for messages.
  func value<Value: StoredValue>(
    _ place: StaticString, sql: String, arguments: StatementArguments = StatementArguments()
  ) throws -> Value? {
    guard let row = try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments) else {
      return nil
    }
    return try row.value(at: 0, place)
  }

  /// Returns the values of a query with one column.
  func values<Value: StoredValue>(
    _ place: StaticString, sql: String, arguments: StatementArguments = StatementArguments()
  ) throws -> [Value] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
      .map { try $0.value(at: 0, place) }
  }

  /// Returns the rows of a query that is made often.
  func rows(
    _ sql: String, arguments: StatementArguments = StatementArguments()
  ) throws -> [Row] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
  }

  /// Returns whether a query has a row.
  func hasRow(
    _ sql: String, arguments: StatementArguments = StatementArguments()
  ) throws -> Bool {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments) != nil
  }
}

extension StoredValue {
  init(_ value: DatabaseValue, at place: @autoclosure () -> String) throws {
    guard let decoded = Self(stored: value) else {
      throw UnexpectedValue(place: place(), found: value, expected: Self.expectation)
    }
    self = decoded
  }
}

extension Int64: StoredValue {
  static var expectation: String { "a whole number" }

  init?(stored value: DatabaseValue) {
    guard case .int64(let number) = value.storage else { return nil }
    self = number
  }
}

extension Int: StoredValue {
  static var expectation: String { Int64.expectation }

  init?(stored value: DatabaseValue) {
    guard let number = Int64(stored: value) else { return nil }
    self.init(exactly: number)
  }
}

extension Row {
  /// Returns the value at an index of the result, which counts something; see `Int.counted`.
  func count(
    at index: Int, from first: Int = 0, to limit: Int = Int(Int32.max), _ place: StaticString
  ) throws -> Int {
    let number: Int = try value(at: index, place)
    return try number.counted(from: first, to: limit, place)
  }
}

extension Int {
  /// Returns the number if it counts something: epochs, decisions, trials.
  ///
  /// - Parameters:
  ///   - first: The least count.
  ///   - limit: The largest one, which is far beyond what anybody can train. A larger number would make a
  ///     list that no memory holds.
  func counted(
    from first: Int = 0, to limit: Int = Int(Int32.max), _ place: StaticString
  ) throws -> Int {
    guard first <= self, self <= limit else {
      throw UnexpectedValue(
        place: "\(place)", found: databaseValue, expected: "a number from \(first) to \(limit)")
    }
    return self
  }
}

extension Double: StoredValue {
  static var expectation: String { "a number" }

  init?(stored value: DatabaseValue) {
    switch value.storage {
    case .double(let number): self = number
    case .int64(let number): self = Double(number)
    case .null, .string, .blob: return nil
    }
  }
}

extension Bool: StoredValue {
  static var expectation: String { "0 or 1" }

  init?(stored value: DatabaseValue) {
    switch value.storage {
    case .int64(0): self = false
    case .int64(1): self = true
    default: return nil
    }
  }
}

extension String: StoredValue {
  static var expectation: String { "a text" }

  init?(stored value: DatabaseValue) {
    guard case .string(let text) = value.storage else { return nil }
    self = text
  }
}

extension Optional: StoredValue where Wrapped: StoredValue {
  static var expectation: String { "\(Wrapped.expectation), or NULL," }

  init?(stored value: DatabaseValue) {
    if value.isNull {
      self = .none
    } else if let wrapped = Wrapped(stored: value) {
      self = .some(wrapped)
    } else {
      return nil
    }
  }
}

extension TrialState: StoredValue {}
extension FailureReason: StoredValue {}
extension Decision.Purpose: StoredValue {}
extension Outcome.Kind: StoredValue {}

extension StoredValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  static var expectation: String {
    "one of " + allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  init?(stored value: DatabaseValue) {
    guard let word = String(stored: value) else { return nil }
    self.init(rawValue: word)
  }
}
