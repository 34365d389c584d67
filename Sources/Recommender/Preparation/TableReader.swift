import Literals

/// Reads the rows of a table. A malformed row is an error, but reading goes on, so that one run
/// reports all kinds of errors.
///
/// Quotes are read as CSV has them: `FieldScanner` knows quoted separators and line breaks, and
/// doubled quotes.
struct TableReader {
  private let layout: TableLayout
  private let request: Preparation
  private let byteCount: Int
  private var scanner: FieldScanner
  private var problems: RowProblems
  private var table = PreparedTable()
  private var firstDroppedLine = 0
  private var paddedTokens = 0
  private var firstPaddedLine = 0
  private var column = TimeColumn()

  /// The rows from one look at the clock to the next.
  private static let rowsPerLook = 65_536
  private static let secondsPerLine = 5.0

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ layout: TableLayout, _ request: Preparation) {
    scanner = FieldScanner(bytes, separator: layout.separator)
    byteCount = bytes.count
    self.layout = layout
    self.request = request
    problems = RowProblems(file: request.file)
  }

  /// Reads to the end of the file, and sorts the rows by time.
  mutating func read(
    isCancelled: () -> Bool, progress: (String) -> Void
  ) throws(InvalidInput) -> PreparedTable {
    var fields = Array(
      repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: layout.columnCount)
    if layout.hasHeader { _ = scanner.nextRow(into: &fields) }
    var rowCount = 0
    var lastLine = ContinuousClock.now
    while let row = scanner.nextRow(into: &fields) {
      read(fields, of: row)
      rowCount += 1
      guard rowCount.isMultiple(of: Self.rowsPerLook) else { continue }
      if isCancelled() { throw Preparation.cancellation }
      if lastLine.duration(to: .now) > .seconds(Self.secondsPerLine) {
        lastLine = .now
        progress("read \(rowCount) rows, \(100 * scanner.readCount / max(1, byteCount)) %")
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems.diagnostics) }
    guard !table.users.isEmpty else {
      throw InvalidInput(
        "'\(request.file)' has no row with a user, an item and a time"
          + (rowCount > 0
            ? ": what it has lacks one of them (\(counted(rowCount, "row")))"
            : " below its header"))
    }
    table.timeForm = try column.convert(&table.times, file: request.file, form: request.timeForm)
    table.sort()
    addWarnings()
    return table
  }

  private mutating func read(_ fields: [FieldScanner.Field], of row: FieldScanner.Row) {
    if let quote = row.unmatchedQuote {
      problems.report(.quote, at: quote, in: row, scanner) { RowMessage.quote }
      return
    }
    guard row.fieldCount == layout.columnCount else {
      let (count, hasHeader) = (layout.columnCount, layout.hasHeader)
      problems.report(.fieldCount, at: row.start, in: row, scanner) {
        "a row has \(count) fields as the \(hasHeader ? "header" : "first row") has, "
          + "found \(row.fieldCount)"
      } advice: {
        row.fieldCount > count ? "a field with a separator inside stands in quotes" : nil
      }
      return
    }
    let errorsBefore = problems.count
    let user = token(fields[layout.user], layout.user, row, \.userTokens)
    let item = token(fields[layout.item], layout.item, row, \.itemTokens)
    let time = time(fields[layout.time], row)
    let rating = layout.rating.map { self.rating(fields[$0], $0, row) }
    guard problems.count == errorsBefore else { return }
    let spellings = MissingValue.spellings.count
    guard user >= spellings, item >= spellings, let time else {
      if table.droppedRows == 0 { firstDroppedLine = row.line }
      table.droppedRows += 1
      return
    }
    guard table.users.count < Int(Int32.max) else {
      problems.report(.rowLimit, at: row.start, in: row, scanner) { RowMessage.rowLimit }
      return
    }
    table.users.append(user)
    table.items.append(item)
    table.times.append(time)
    if let rating { table.ratings.append(rating) }
  }

  /// Reads a user or an item, and reports bytes that no atomic file can have.
  private mutating func token(
    _ field: FieldScanner.Field, _ column: Int, _ row: FieldScanner.Row,
    _ tokens: WritableKeyPath<PreparedTable, TokenTable>
  ) -> Int32 {
    let known = table[keyPath: tokens].count
    let number = scanner.withContent(of: field) { table[keyPath: tokens].intern($0) }
    if number >= known {
      let (isText, hasZero) = scanner.withContent(of: field) {
        (String(validating: $0, as: UTF8.self) != nil, $0.contains(0))
      }
      if !isText {
        problems.report(.encoding, column, field, row, scanner, RowMessage.encoding) { _ in
          RowMessage.conversion
        }
      } else if hasZero {
        problems.report(.zeroByte, column, field, row, scanner) {
          "a token has no zero byte, found \($0)"
        }
      }
    }
    let isPadded = scanner.withContent(of: field) { bytes in
      !bytes.isEmpty && (bytes[0].isBlank || bytes[bytes.count - 1].isBlank)
    }
    if isPadded {
      if paddedTokens == 0 { firstPaddedLine = row.line }
      paddedTokens += 1
    }
    return number
  }

  /// Reads a time; nil for a missing one and for one that was reported.
  private mutating func time(_ field: FieldScanner.Field, _ row: FieldScanner.Row) -> Moment? {
    let form = request.timeForm
    let (time, isMissing) = scanner.withContent(of: field) { bytes in
      (ReadTime(bytes, form: form), MissingValue.contains(bytes.trimmingBlanks))
    }
    if isMissing { return nil }
    guard let time else {
      let name = layout.names[layout.time]
      problems.report(.time, layout.time, field, row, scanner) {
        "the column \(name) holds \(TimeColumn.expectation(form)), found \($0)"
      } advice: {
        TimeColumn.advice(String(decoding: $0.prefix(64), as: UTF8.self), form)
      }
      return nil
    }
    guard let moment = column.accept(time, line: row.line) else {
      let (name, line) = (layout.names[layout.time], column.firstLine)
      let held = column.holdsDates ? "dates" : "numbers"
      problems.report(.time, layout.time, field, row, scanner) {
        "the column \(name) holds \(held), as in line \(line), found \($0)"
      }
      return nil
    }
    return moment
  }

  private mutating func rating(
    _ field: FieldScanner.Field, _ column: Int, _ row: FieldScanner.Row
  ) -> Double {
    let value: Double? = scanner.withContent(of: field) { bytes in
      MissingValue.contains(bytes.trimmingBlanks) ? .nan : Double(decimalText: bytes)
    }
    guard let value, !value.isInfinite else {
      let name = layout.names[column]
      problems.report(.number, column, field, row, scanner) {
        "the column \(name) holds numbers, found \($0)"
      }
      return .nan
    }
    return value
  }

  private mutating func addWarnings() {
    func place(_ line: Int) -> SourceLocation {
      SourceLocation(file: request.file, line: line, column: 1)
    }
    if table.droppedRows > 0 {
      table.warnings.append(
        Diagnostic(
          .warning, at: place(firstDroppedLine),
          "rows without a user, an item or a time are left out: \(table.droppedRows), the first "
            + "one here"))
    }
    if paddedTokens > 0 {
      table.warnings.append(
        Diagnostic(
          .warning, at: place(firstPaddedLine),
          "users and items that begin or end with a blank are kept as they are: \(paddedTokens), "
            + "the first one here"))
    }
    if column.firstLineWithoutZone > 0 {
      table.warnings.append(
        Diagnostic(
          .note, at: place(column.firstLineWithoutZone),
          "times without a time zone are taken as UTC"))
    }
    let repeated = table.repeatedRows
    if repeated > 0 {
      table.warnings.append(
        Diagnostic(
          .note,
          "interactions that repeat another one (same user, item and time) are kept: \(repeated); "
            + "'rm_dup_inter: first' drops them"))
    }
  }
}

/// What is known of the column of the times while it is read: all its times are dates, or all are
/// numbers of one unit, which the largest number tells.
private struct TimeColumn {
  private(set) var firstLine = 0
  private(set) var holdsDates = false
  /// The line of the first date without a time zone; 0 if there is none.
  private(set) var firstLineWithoutZone = 0
  private var largest: Int64 = 0
  /// The pattern of which all numbers are dates: `20240131`.
  private var compactPattern: String?

  /// Takes in a time, and returns its number of units; nil if it is of another kind than the first.
  mutating func accept(_ time: ReadTime, line: Int) -> Moment? {
    let isFirst = firstLine == 0
    if isFirst { firstLine = line }
    switch time {
    case .date(let moment, let hasZone):
      if isFirst { holdsDates = true }
      guard holdsDates else { return nil }
      if !hasZone, firstLineWithoutZone == 0 { firstLineWithoutZone = line }
      return moment
    case .number(let number):
      guard !holdsDates else { return nil }
      if number.whole.magnitude > largest.magnitude { largest = number.whole }
      let pattern = CompactDate.pattern(of: number.whole)
      if isFirst || pattern != compactPattern { compactPattern = isFirst ? pattern : nil }
      return number
    }
  }

  /// Turns units into seconds, and returns the name of the form that the times have.
  func convert(
    _ times: inout [Moment], file: String, form: TimeForm
  ) throws(InvalidInput) -> String {
    if case .pattern(let pattern) = form { return pattern.text }
    if holdsDates { return "iso" }
    if form == .automatic, let compactPattern {
      throw InvalidInput(
        "times such as \(largest) may be dates or numbers of seconds: say which, with the time "
          + "format '\(compactPattern)' or 'seconds'",
        at: SourceLocation(file: file, line: firstLine, column: 1))
    }
    let unit = form == .automatic ? TimeForm.unit(ofLargest: largest) : form
    if let unitsPerSecond = unit.unitsPerSecond, unitsPerSecond > 1 {
      for index in times.indices {
        times[index] = times[index].seconds(unitsPerSecond: unitsPerSecond)
      }
    }
    return TimeForm.names.first { $0.form == unit }?.name ?? ""
  }

  static func expectation(_ form: TimeForm) -> String {
    switch form {
    case .automatic: "dates such as '2024-01-31 12:30:00' or seconds since 1970"
    case .iso: "dates such as '2024-01-31 12:30:00'"
    case .seconds, .milliseconds, .microseconds, .nanoseconds: "numbers"
    case .pattern(let pattern): "times of the form \(Excerpt(pattern.text))"
    }
  }

  /// The pattern that a date of another form most likely has.
  static func advice(_ text: String, _ form: TimeForm) -> String? {
    guard form == .automatic || form == .iso else { return nil }
    guard
      let match = text.wholeMatch(
        of: /\s*(\d{1,2})([.\/-])(\d{1,2})[.\/-](\d{4}|\d{2})(?:([ T])\d{1,2}:\d\d(:\d\d)?)?\s*/),
      let first = Int(match.1), let second = Int(match.3)
    else {
      return "another form is named by its pattern, such as the time format '%d.%m.%Y %H:%M'"
    }
    let mark = match.2
    let year = match.4.count == 4 ? "%Y" : "%y"
    let time = match.5.map { "\($0)%H:%M" + (match.6 == nil ? "" : ":%S") } ?? ""
    let forms = [
      first <= 31 && second <= 12 ? "%d\(mark)%m\(mark)\(year)\(time)" : nil,
      first <= 12 && second <= 31 ? "%m\(mark)%d\(mark)\(year)\(time)" : nil,
    ].compactMap { $0.map { "'\($0)'" } }
    return forms.isEmpty
      ? nil : "name its form, the time format " + forms.joined(separator: " or ")
  }
}
