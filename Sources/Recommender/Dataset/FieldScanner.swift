/// Cuts the bytes of an atomic file into rows and fields, as pandas' reader does.
///
/// Fields are ranges of bytes, so that nothing is copied and a row allocates no memory. A field is
/// quoted if its first byte is a quote. Inside a quoted field, `""` stands for one quote, and a
/// line break belongs to the field. Blank lines are skipped. If the separator has several
/// characters, no field is quoted.
struct FieldScanner {
  struct Field {
    /// The bytes of the field, with its quotes.
    var range: Range<Int>
    var isQuoted: Bool
  }

  struct Row {
    let line: Int
    /// The index of the first byte of the row.
    let start: Int
    /// The number of fields of the row, even if the caller's buffer has room for fewer.
    let fieldCount: Int
    /// The index of the quote that opens a field and does not also end it, nil if there is none.
    let unmatchedQuote: Int?
  }

  /// Valid while the closure that lends the bytes runs. The scanner never outlives this closure.
  let bytes: UnsafeBufferPointer<UInt8>
  private let separator: [UInt8]
  private let hasQuoting: Bool
  private var position: Int
  private var line = 1

  /// Creates a scanner that starts after the byte order mark, if there is one.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: String) {
    precondition(!separator.isEmpty, "a separator has at least one character")
    self.bytes = bytes
    self.separator = Array(separator.utf8)
    hasQuoting = separator.unicodeScalars.count == 1
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// True if nothing is left to read.
  var isAtEnd: Bool { position >= bytes.count }

  /// The number of bytes that have been read.
  var readCount: Int { position }

  /// Reads the next row that is not blank; nil at the end of the file.
  ///
  /// The first `fields.count` fields are stored in `fields`, which the caller uses again for every
  /// row.
  mutating func nextRow(into fields: inout [Field]) -> Row? {
    while position < bytes.count {
      let firstLine = line
      let start = position
      var count = 0
      var unmatchedQuote: Int?
      var hasMore = true
      var field = Field(range: start..<start, isQuoted: false)
      while hasMore {
        (field, hasMore) = nextField()
        if count < fields.count { fields[count] = field }
        count += 1
        if field.isQuoted, !isClosed(field) {
          unmatchedQuote = unmatchedQuote ?? field.range.lowerBound
        }
      }
      let isBlank = count == 1 && !field.isQuoted && bytes[field.range].allSatisfy(\.isBlank)
      if !isBlank {
        return Row(
          line: firstLine, start: start, fieldCount: count, unmatchedQuote: unmatchedQuote)
      }
    }
    return nil
  }

  /// Lends the content of a field, without its quotes and with `""` as one quote.
  func withContent<R>(of field: Field, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    guard field.isQuoted else {
      return body(UnsafeBufferPointer(rebasing: bytes[field.range]))
    }
    return unquoted(field).withUnsafeBufferPointer(body)
  }

  /// The line and the column of a byte of a row, both counted from 1, and the column in characters.
  func location(of index: Int, in row: Row) -> (line: Int, column: Int) {
    var line = row.line
    var lineStart = row.start
    for position in row.start..<index where bytes[position] == .lineFeed {
      line += 1
      lineStart = position + 1
    }
    return (line, String(decoding: bytes[lineStart..<index], as: UTF8.self).count + 1)
  }

  private mutating func nextField() -> (field: Field, hasMore: Bool) {
    let start = position
    let isQuoted = hasQuoting && position < bytes.count && bytes[position] == .quote
    if isQuoted { skipQuotedPart() }
    let first = separator[0]
    while position < bytes.count {
      let byte = bytes[position]
      if byte == first, isSeparator(at: position) {
        let field = Field(range: start..<position, isQuoted: isQuoted)
        position += separator.count
        return (field, true)
      }
      if byte == .lineFeed { break }
      position += 1
    }
    var end = position
    if position < bytes.count {
      position += 1
      line += 1
    }
    if end > start, bytes[end - 1] == .carriageReturn { end -= 1 }
    return (Field(range: start..<end, isQuoted: isQuoted), false)
  }

  /// Moves to the byte after the quote that closes the field, or to the end of the file.
  private mutating func skipQuotedPart() {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == .lineFeed { line += 1 }
      guard byte == .quote else { continue }
      guard position < bytes.count, bytes[position] == .quote else { return }
      position += 1
    }
  }

  private func isSeparator(at index: Int) -> Bool {
    separator.count == 1
      || (index + separator.count <= bytes.count
        && bytes[index..<index + separator.count].elementsEqual(separator))
  }

  /// True if the quote that closes the field is its last byte.
  private func isClosed(_ field: Field) -> Bool {
    var index = field.range.lowerBound + 1
    while index < field.range.upperBound {
      let byte = bytes[index]
      index += 1
      guard byte == .quote else { continue }
      guard index < field.range.upperBound, bytes[index] == .quote else {
        return index == field.range.upperBound
      }
      index += 1
    }
    return false
  }

  private func unquoted(_ field: Field) -> [UInt8] {
    var content: [UInt8] = []
    var index = field.range.lowerBound + 1
    while index < field.range.upperBound - 1 {
      content.append(bytes[index])
      index += bytes[index] == .quote ? 2 : 1
    }
    return content
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")

  /// True for a space and a tab.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
