import Testing

@testable import Recommender

struct FieldScannerTests {
  /// The texts of all fields, row by row.
  private func rows(_ text: String, separator: String = "\t") -> [[String]] {
    scan(text, separator: separator) { scanner, fields, row in
      fields[..<min(row.fieldCount, fields.count)].map { field in
        scanner.withContent(of: field) { String(decoding: $0, as: UTF8.self) }
      }
    }
  }

  private func scan<Value>(
    _ text: String, separator: String = "\t",
    _ value: (FieldScanner, [FieldScanner.Field], FieldScanner.Row) -> Value
  ) -> [Value] {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var scanner = FieldScanner(bytes, separator: separator)
      var fields = Array(repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: 4)
      var values: [Value] = []
      while let row = scanner.nextRow(into: &fields) { values.append(value(scanner, fields, row)) }
      return values
    }
  }

  @Test(
    "Rows are cut into fields as pandas cuts them",
    arguments: [
      ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
      ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
      ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
      ("a\tb\r", [["a", "b"]]),
      ("\u{FEFF}a\tb\n", [["a", "b"]]),
      ("a\t\tb\n\t\n", [["a", "", "b"], ["", ""]]),
      ("\n  \n\ta\n\n\n", [["", "a"]]),
      ("\"a\tb\"\tc\n", [["a\tb", "c"]]),
      ("\"a\"\"b\"\t\"\"\n", [["a\"b", ""]]),
      ("\"a\nb\"\tc\n", [["a\nb", "c"]]),
      ("a\"b\tc\"\n", [["a\"b", "c\""]]),
      ("", []),
      ("\n", []),
    ])
  func cutsRows(text: String, expected: [[String]]) {
    #expect(rows(text) == expected)
  }

  @Test("A separator may be any text, and quotes mean nothing if it has several characters")
  func separators() {
    #expect(rows("a,b\tc\n", separator: ",") == [["a", "b\tc"]])
    #expect(rows("\"a::b\"::c:\n", separator: "::") == [["\"a", "b\"", "c:"]])
    #expect(rows("a→b\n", separator: "→") == [["a", "b"]])
  }

  @Test("Fields beyond the buffer are counted but not stored")
  func countsFields() {
    #expect(scan("1\t2\t3\t4\t5\t6\n") { $2.fieldCount } == [6])
  }

  @Test("A quote that does not end its field is found")
  func unmatchedQuotes() {
    #expect(scan("a\t\"b\nc\n") { $2.unmatchedQuote } == [2])
    #expect(scan("a\t\"b\"c\n") { $2.unmatchedQuote } == [2])
    #expect(scan("\"\n") { $2.unmatchedQuote } == [0])
    #expect(scan("\"a\"\t\"b\"\"\"\n") { $2.unmatchedQuote } == [nil])
  }

  @Test("Places are lines, and columns in characters")
  func locations() {
    let places = scan("é\tb\n\n\"x\ny\"\tz\nlast\tw\n") { scanner, fields, row in
      let place = scanner.location(of: fields[1].range.lowerBound, in: row)
      return "\(row.line) \(place.line):\(place.column)"
    }
    #expect(places == ["1 1:3", "3 4:4", "5 5:6"])
  }
}
