import Literals

/// The layout of a table: its separator, its header, and the columns that are wanted.
struct TableLayout: Sendable {
  let separator: String
  let hasHeader: Bool
  /// The fields of every row.
  let columnCount: Int
  /// Indices of columns.
  let user: Int
  let item: Int
  let time: Int
  let rating: Int?
  /// The names for messages: `'sku'`, or `2` if the table has no header.
  let names: [String]

  /// Reads the first row, and reports all columns that cannot be found.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ request: Preparation
  ) throws(InvalidInput) {
    let file = request.file
    if bytes.isEmpty { throw InvalidInput("'\(file)' is empty") }
    if let format = ForeignFormat.of(bytes) { throw InvalidInput("'\(file)' is \(format)") }
    guard let preview = TablePreview(bytes, separator: request.separator),
      let first = preview.rows.first
    else { throw InvalidInput("'\(file)' has no rows") }
    let start = SourceLocation(file: file, line: 1, column: 1)
    if let text = first.first(where: { $0.contains("\r") }), !bytes.contains(.lineFeed) {
      throw InvalidInput(
        "a line ends with a line feed, found lone carriage returns (\(Excerpt(text))): "
          + "convert them with \"tr '\\r' '\\n' < OLD > NEW\"", at: start)
    }
    guard first.count > 1 else {
      let rule =
        request.separator.map { "lacks \(AtomicHeader.name(ofSeparator: $0))" }
        ?? "has no tab, ',', ';', '|', '::' or blank between columns"
      throw InvalidInput(
        "the first line \(rule), found \(Excerpt(first[0])): name the separator", at: start)
    }
    guard first.count < TablePreview.columnLimit else {
      throw InvalidInput(
        "a table has fewer than \(TablePreview.columnLimit) columns, found more", at: start)
    }
    separator = preview.separator
    columnCount = first.count
    let finder = ColumnFinder(first)
    let wanted = [("user", request.user), ("item", request.item), ("time", request.time)]
    var diagnostics: [Diagnostic] = []
    var found: [ColumnFinder.Column] = []
    for (role, name) in wanted + (request.rating.map { [("rating", $0)] } ?? []) {
      switch finder.column(name, role: role) {
      case .success(let column): found.append(column)
      case .failure(let problem): diagnostics.append(Diagnostic(.error, at: start, problem.text))
      }
    }
    guard diagnostics.isEmpty else {
      let header = Diagnostic(.note, at: start, "the columns are \(finder.list)")
      throw InvalidInput(diagnostics + [header])
    }
    guard Set(found.map(\.index)).count == found.count else {
      throw InvalidInput(
        "user, item, time and rating are different columns, found "
          + found.map { "'\($0.wanted)'" }.joined(separator: ", "), at: start)
    }
    user = found[0].index
    item = found[1].index
    time = found[2].index
    rating = found.count > 3 ? found[3].index : nil
    // If numbers name the columns, the first row may hold data, which have a time.
    var timeText = first[time]
    let isTime = timeText.withUTF8 { ReadTime($0, form: request.timeForm) != nil }
    hasHeader = found.contains(where: \.isByName) || !isTime
    names = hasHeader ? first.map { "\(Excerpt($0))" } : (1...first.count).map { "\($0)" }
  }
}

/// Finds columns by their names in the first row, or by their numbers.
private struct ColumnFinder {
  struct Column {
    let wanted: String
    let index: Int
    let isByName: Bool
  }

  struct Problem: Error {
    let text: String
  }

  private let names: [String]

  init(_ first: [String]) {
    names = first.map(TablePreview.name)
  }

  /// Finds a column by its number, its name, or its name in other letters: `userid` for `User ID`.
  func column(_ wanted: String, role: String) -> Result<Column, Problem> {
    if let number = Int(wanted), names.indices.contains(number - 1) {
      return .success(Column(wanted: wanted, index: number - 1, isByName: false))
    }
    let plain = ColumnGuess.plain(wanted)
    for matches in [
      names.indices.filter { names[$0] == wanted },
      names.indices.filter { !plain.isEmpty && ColumnGuess.plain(names[$0]) == plain },
    ] {
      if matches.count > 1 {
        let numbers = matches.map { "\($0 + 1)" }.joined(separator: ", ")
        return .failure(
          Problem(
            text: "the columns \(numbers) have the name \(Excerpt(wanted)): give the number of the "
              + "one for the \(role)"))
      }
      if let index = matches.first {
        return .success(Column(wanted: wanted, index: index, isByName: true))
      }
    }
    return .failure(
      Problem(
        text: "there is no column \(Excerpt(wanted)) for the \(role)"
          + Suggestion.phrase(for: wanted, among: names)))
  }

  /// `1 'userId', 2 'movieId'`.
  var list: String {
    names.prefix(20).enumerated().map { "\($0.offset + 1) \(Excerpt($0.element))" }
      .joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }
}
