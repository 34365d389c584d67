/// The first rows of a table of any form: what a message and a guess need.
struct TablePreview: Sendable {
  let separator: String
  /// The first rows, the header among them. Some rows may have more fields than others. Fields
  /// beyond `columnLimit` are missing.
  let rows: [[String]]
  /// Whether the first row names the columns.
  let hasHeader: Bool

  /// The most bytes and rows that are looked at.
  private static let byteLimit = 65_536
  private static let rowLimit = 20
  /// The most columns of a table: more than any log has.
  static let columnLimit = 1024

  /// Separators of files of interactions. `::` is MovieLens' separator.
  private static let separators = ["\t", ",", ";", "|", "::"]

  /// - Parameter separator: nil for the one that cuts the first rows into equally many fields.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, separator: String? = nil) {
    let start = UnsafeBufferPointer(rebasing: bytes.prefix(Self.byteLimit))
    let isWhole = bytes.count <= Self.byteLimit
    let known = separator.map { [$0] } ?? Self.separators
    var all = known.map { (separator: $0, rows: Self.rows(start, $0, isWhole: isWhole)) }
    if separator == nil, all.allSatisfy({ ($0.rows.first?.count ?? 0) < 2 }) {
      all = [(" ", Self.rows(start, " ", isWhole: isWhole))]
    }
    func rank(_ rows: [[String]]) -> (Int, Int) {
      let count = rows.first?.count ?? 0
      return (count > 1 && rows.allSatisfy { $0.count == count } ? 1 : 0, count)
    }
    // The first one wins if several are equally good.
    guard let best = all.reversed().max(by: { rank($0.rows) < rank($1.rows) }),
      let first = best.rows.first
    else { return nil }
    self.separator = best.separator
    rows = best.rows
    hasHeader = !first.contains { Self.isValue($0) }
  }

  /// The names of the columns, without the types of an atomic file and without blanks around them.
  var names: [String]? {
    hasHeader ? rows.first?.map(Self.name) : nil
  }

  /// The name of a column as a message can show it; nil if it is long or has characters that would
  /// move the cursor of a terminal.
  func shownName(_ column: Int) -> String? {
    guard let name = names?[column], !name.isEmpty, name.count <= 60, Excerpt.isPlain(name) else {
      return nil
    }
    return name
  }

  /// The rows below the header.
  var data: ArraySlice<[String]> { hasHeader ? rows.dropFirst() : rows[...] }

  var columnCount: Int { rows.first?.count ?? 0 }

  /// The values of a column in the rows below the header.
  func values(_ column: Int) -> [String] {
    data.compactMap { column < $0.count ? $0[column] : nil }
  }

  /// True if the rows have numbers in the column, and nothing else but missing values.
  func isNumeric(_ column: Int) -> Bool {
    let values = values(column)
    return !values.isEmpty
      && values.allSatisfy { value in
        var value = value
        return value.withUTF8 { Double(decimalText: $0) != nil || MissingValue.contains($0) }
      }
  }

  /// True if the rows have dates in the column, and nothing else but missing values.
  func isDates(_ column: Int) -> Bool {
    let values = values(column).filter { !MissingValue.spellings.contains($0) }
    return !values.isEmpty
      && values.allSatisfy { value in
        var value = value
        return value.withUTF8 { ReadTime($0, form: .iso) != nil }
      }
  }

  /// The name of a column, of an atomic file or not: `user_id` for `user_id:token`.
  static func name(_ field: String) -> String {
    var name = field[...]
    if let colon = name.lastIndex(of: ":"),
      AtomicHeader.FeatureType(rawValue: String(name[name.index(after: colon)...])) != nil
    {
      name = name[..<colon]
    }
    return String(name.trimming(while: \.isWhitespace))
  }

  /// True if the text is a number or a date, and so not the name of a column.
  private static func isValue(_ text: String) -> Bool {
    isTime(text) && !text.isEmpty
  }

  /// True if the text is a date, or a number, which may be a time.
  static func isTime(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { ReadTime($0, form: .automatic) != nil }
  }

  private static func rows(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separator: String, isWhole: Bool
  ) -> [[String]] {
    var scanner = FieldScanner(bytes, separator: separator)
    var fields = Array(
      repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: columnLimit)
    var rows: [[String]] = []
    while rows.count < rowLimit, let row = scanner.nextRow(into: &fields) {
      // The last row may have been cut.
      if !isWhole, scanner.isAtEnd, !rows.isEmpty { break }
      rows.append(
        fields[..<min(row.fieldCount, columnLimit)].map { field in
          scanner.withContent(of: field) { String(decoding: $0, as: UTF8.self) }
        })
    }
    return rows
  }
}

extension Substring {
  fileprivate func trimming(while condition: (Character) -> Bool) -> Substring {
    var text = drop(while: condition)
    while let last = text.last, condition(last) { text.removeLast() }
    return text
  }
}
