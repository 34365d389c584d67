import Literals

/// The interactions of an atomic file and the tokens that their numbers stand for.
struct InteractionFile: Sendable {
  var interactions: Interactions
  let users: TokenTable
  let items: TokenTable
  let warnings: [Diagnostic]
}

/// Reads the rows of an atomic file after its header.
///
/// Rows without a user or an item are dropped, as RecBole drops them. A malformed row is an error,
/// but reading goes on, so that one run reports all errors.
struct InteractionReader {
  private let plan: ColumnPlan
  private let file: String
  private var scanner: FieldScanner
  private var users = MissingValue.table
  private var items = MissingValue.table
  private var interactions = Interactions()
  /// The values that `val_interval` allows, for each column that it filters by token.
  private let allowedTokens: [TokenTable?]
  private var problems: RowProblems
  /// What helps if times are dates.
  private let dateAdvice: () -> String
  private var droppedCount = 0
  private var firstDroppedLine = 0

  init(
    _ scanner: FieldScanner, plan: ColumnPlan, file: String,
    dateAdvice: @escaping () -> String
  ) {
    self.scanner = scanner
    self.plan = plan
    self.file = file
    self.dateAdvice = dateAdvice
    problems = RowProblems(file: file)
    allowedTokens = plan.columns.map { column in
      guard case .tokens(let tokens) = column.filter else { return nil }
      return TokenTable(tokens.filter { !MissingValue.spellings.contains($0) })
    }
  }

  /// Reads to the end of the file.
  mutating func read() throws(InvalidInput) -> InteractionFile {
    var fields = Array(
      repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: plan.columns.count)
    while let row = scanner.nextRow(into: &fields) {
      if let quote = row.unmatchedQuote {
        problems.report(.quote, at: quote, in: row, scanner) { RowMessage.quote }
      } else if row.fieldCount != fields.count {
        problems.report(.fieldCount, at: row.start, in: row, scanner) {
          RowMessage.fieldCount(fields.count, found: row.fieldCount)
        }
      } else {
        read(fields, of: row)
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems.diagnostics) }
    return InteractionFile(
      interactions: interactions, users: users, items: items, warnings: warnings)
  }

  private mutating func read(_ fields: [FieldScanner.Field], of row: FieldScanner.Row) {
    let errorsBefore = problems.count
    var user: Int32 = 0
    var item: Int32 = 0
    var time = Double.nan
    var passes = true
    for (index, column) in plan.columns.enumerated() {
      switch column.role {
      case .ignored:
        continue
      case .user:
        let known = users.count
        user = scanner.withContent(of: fields[index]) { users.intern($0) }
        if user >= known { checkEncoding(fields[index], index, row) }
      case .item:
        let known = items.count
        item = scanner.withContent(of: fields[index]) { items.intern($0) }
        if item >= known { checkEncoding(fields[index], index, row) }
      case .time:
        time = number(fields[index], index, row)
        if time.isInfinite {
          problems.report(.infinity, index, fields[index], row, scanner) {
            "a time is finite, found \($0)"
          }
        }
        passes = passes && allows(column.filter, time)
      case .number:
        passes = allows(column.filter, number(fields[index], index, row)) && passes
      case .token:
        break
      }
      if let allowed = allowedTokens[index] {
        passes = passes && scanner.withContent(of: fields[index]) { allowed.find($0) != nil }
      }
    }
    guard problems.count == errorsBefore else { return }
    guard user >= MissingValue.spellings.count, item >= MissingValue.spellings.count else {
      if droppedCount == 0 { firstDroppedLine = row.line }
      droppedCount += 1
      return
    }
    guard interactions.count < Int(Int32.max) else {
      problems.report(.rowLimit, at: row.start, in: row, scanner) { RowMessage.rowLimit }
      return
    }
    interactions.users.append(user)
    interactions.items.append(item)
    interactions.times.append(time)
    if plan.hasFilters { interactions.passesValueFilters.append(passes) }
  }

  private func allows(_ filter: ValueFilter?, _ value: Double) -> Bool {
    guard case .intervals(let intervals) = filter else { return true }
    return intervals.contains(value)
  }

  /// Reports a token that is not UTF-8. Only a token that is new to its table needs this check.
  private mutating func checkEncoding(
    _ field: FieldScanner.Field, _ column: Int, _ row: FieldScanner.Row
  ) {
    let isText = scanner.withContent(of: field) { String(validating: $0, as: UTF8.self) != nil }
    if !isText {
      problems.report(.encoding, column, field, row, scanner, RowMessage.encoding) { _ in
        RowMessage.conversion
      }
    }
  }

  private mutating func number(
    _ field: FieldScanner.Field, _ column: Int, _ row: FieldScanner.Row
  ) -> Double {
    let value: Double? = scanner.withContent(of: field) { bytes in
      Double(decimalText: bytes) ?? (MissingValue.contains(bytes) ? .nan : nil)
    }
    guard let value else {
      let (name, role) = (plan.columns[column].name, plan.columns[column].role)
      let dateAdvice = dateAdvice
      problems.report(.number, column, field, row, scanner) {
        "the column \(Excerpt(name)) holds numbers, found \($0)"
      } advice: {
        role == .time && ReadTime($0, form: .iso) != nil ? dateAdvice() : nil
      }
      return .nan
    }
    return value
  }

  private var warnings: [Diagnostic] {
    guard droppedCount > 0 else { return [] }
    return [
      Diagnostic(
        .warning, at: SourceLocation(file: file, line: firstDroppedLine, column: 1),
        "rows without a user or an item are dropped: \(droppedCount), the first one here")
    ]
  }
}

/// Messages about rows, of atomic files and of other tables.
enum RowMessage {
  static let quote =
    "a field that starts with a quote also ends with one; a quote inside is written twice"
  static let conversion =
    "convert the file, such as with 'iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW'"
  static let rowLimit = "a data set has at most \(Int32.max) interactions"

  static func fieldCount(_ count: Int, found: Int) -> String {
    "a row has \(count) fields as the header has, found \(found)"
  }

  static func encoding(_ excerpt: Excerpt) -> String {
    "a token is UTF-8 text, found \(excerpt)"
  }
}

/// The texts that pandas reads as a missing value by default, as it does for RecBole.
enum MissingValue {
  static let spellings = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
  ]

  /// A table of the spellings, which have the first numbers. If a token table starts as a copy of
  /// this one, the number of a token tells whether it is a missing value.
  static let table = TokenTable(spellings)

  static func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    table.find(bytes) != nil
  }
}
