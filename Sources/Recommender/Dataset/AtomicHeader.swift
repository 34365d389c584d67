import Literals

/// The first line of an atomic file: `user_id:token	item_id:token	timestamp:float`.
struct AtomicHeader: Sendable {
  /// RecBole's feature types.
  enum FeatureType: String, Sendable, CaseIterable {
    case token, float
    case tokenSequence = "token_seq"
    case floatSequence = "float_seq"
  }

  struct Column: Sendable {
    let name: String
    let type: FeatureType
  }

  let columns: [Column]

  /// Reads the header row, and reports every column that cannot be used.
  init(
    reading scanner: inout FieldScanner, file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) {
    var fields = Array(
      repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: Self.columnLimit)
    guard let row = scanner.nextRow(into: &fields) else {
      throw InvalidInput("'\(file)' is empty: \(Self.expectation)")
    }
    let start = SourceLocation(file: file, line: row.line, column: 1)
    guard row.fieldCount <= Self.columnLimit else {
      throw InvalidInput(
        "a header has at most \(Self.columnLimit) columns, found \(row.fieldCount)", at: start)
    }
    let texts = fields[..<row.fieldCount].map { field in
      scanner.withContent(of: field) { String(decoding: $0, as: UTF8.self) }
    }
    let separator = configuration.fieldSeparator
    if row.fieldCount == 1 || !texts.contains(where: { $0.contains(":") }),
      let message = HeaderAdvice(scanner.bytes, file: file, configuration)?.message
    {
      throw InvalidInput(message, at: start)
    }
    var columns: [Column] = []
    var diagnostics: [Diagnostic] = []
    for (field, text) in zip(fields, texts) {
      let place = scanner.location(of: field.range.lowerBound, in: row)
      let location = SourceLocation(file: file, line: place.line, column: place.column)
      switch Self.column(text, configuration) {
      case .success(let column) where columns.contains { $0.name == column.name }:
        diagnostics.append(
          Diagnostic(.error, at: location, "the column \(Excerpt(column.name)) occurs twice"))
      case .success(let column):
        columns.append(column)
      case .failure(let problem):
        let hint =
          row.fieldCount == 1
          ? "; the line lacks \(Self.name(ofSeparator: separator)): is 'field_separator' right?"
          : ""
        diagnostics.append(Diagnostic(.error, at: location, problem.message + hint))
      }
    }
    if !diagnostics.isEmpty { throw InvalidInput(Diagnostic.limited(diagnostics)) }
    self.columns = columns
  }

  /// The form of the first line, for messages.
  static let expectation =
    "the first line names the columns, such as 'user_id:token', 'item_id:token', 'timestamp:float'"

  static func name(ofSeparator separator: String) -> String {
    switch separator {
    case "\t": "a tab"
    case " ": "a blank"
    default: "\(Excerpt(separator))"
    }
  }

  private struct Problem: Error {
    let message: String
  }

  /// The most columns of a header, more than any data set has. The limit bounds the cost of reading
  /// a file that is no table.
  private static let columnLimit = 1024

  private static func column(
    _ text: String, _ configuration: DataConfiguration
  ) -> Result<Column, Problem> {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let name = parts.first, let typeName = parts.last, !name.isEmpty else {
      return .failure(
        Problem(
          message: "a column is written 'name:type', found \(Excerpt(text))"
            + (text.isEmpty ? " (a separator too many in the line)" : "")))
    }
    guard let type = FeatureType(rawValue: String(typeName)) else {
      let types = FeatureType.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      return .failure(
        Problem(
          message: "the type of column \(Excerpt(name)) is one of \(types), found "
            + "\(Excerpt(typeName))\(suggestion(forType: typeName, of: name, configuration))"))
    }
    return .success(Column(name: String(name), type: type))
  }

  /// The likely type, by another program's name of it: `; write 'float'`.
  private static func suggestion(
    forType name: Substring, of column: Substring, _ configuration: DataConfiguration
  ) -> String {
    switch String(column) {
    case configuration.userField, configuration.itemField: return "; write 'token'"
    case configuration.timeField: return "; write 'float'"
    default: break
    }
    let plain = ColumnGuess.plain(String(name))
    let usual: [String: FeatureType] = [
      "int": .token, "integer": .token, "int64": .token, "str": .token, "string": .token,
      "text": .token, "category": .token, "id": .token, "double": .float, "number": .float,
      "float32": .float, "float64": .float, "time": .float, "timestamp": .float,
      "datetime": .float, "date": .float,
    ]
    let type =
      usual[plain]
      ?? Suggestion.closest(to: String(name), among: FeatureType.allCases.map(\.rawValue))
      .flatMap(FeatureType.init)
    return type.map { "; write '\($0.rawValue)'" } ?? ""
  }
}
