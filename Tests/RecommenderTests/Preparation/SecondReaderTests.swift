import SwiftCSV
import Testing

@testable import Recommender

/// The reader of tables against SwiftCSV, on tables that both of them can read.
@Suite struct SecondReaderTests {
  private struct Table {
    let text: String
    let rows: [[String]]
  }

  /// Pieces of fields, with everything that has to stand in quotes.
  private static let pieces = [
    "a", "b7", " ", ",", ";", "\t", "|", "\"", "\n", "\r\n", "é", "日本", "🙂", ".", "-", "'", "",
  ]

  /// A table of fields that are known, as a spreadsheet writes it.
  private static func table(_ random: inout SyntheticRandom, separator: String) -> Table {
    let columns = 2 + random.below(4)
    let end = random.isTrue(percent: 50) ? "\n" : "\r\n"
    var rows: [[String]] = []
    var text = random.isTrue(percent: 30) ? "\u{FEFF}" : ""
    for _ in 0..<1 + random.below(8) {
      var row: [String] = []
      for column in 0..<columns {
        var field = (0..<random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
        // SwiftCSV drops blanks at the start of a field, and an empty last field.
        if field.first?.isWhitespace == true || column == columns - 1 { field = "x" + field }
        let needsQuotes = field.contains { "\"\n\r\r\n\(separator)".contains($0) }
        text +=
          needsQuotes || random.isTrue(percent: 20)
          ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        text += column == columns - 1 ? end : separator
        row.append(field)
      }
      rows.append(row)
    }
    return Table(text: text, rows: rows)
  }

  private func ours(_ text: String, separator: String) -> [[String]] {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var scanner = FieldScanner(bytes, separator: separator)
      var fields = Array(repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: 9)
      var rows: [[String]] = []
      while let row = scanner.nextRow(into: &fields) {
        rows.append(
          fields[..<row.fieldCount].map { field in
            scanner.withContent(of: field) { String(decoding: $0, as: UTF8.self) }
          })
      }
      return rows
    }
  }

  @Test("Both readers find the fields that were written", arguments: [",", ";", "\t", "|"])
  func agreement(separator: String) throws {
    var random = SyntheticRandom(seed: 11)
    for _ in 0..<300 {
      let table = Self.table(&random, separator: separator)
      let delimiter = try #require(separator.first)
      let other = try EnumeratedCSV(
        string: table.text, delimiter: .character(delimiter), loadColumns: false)
      #expect([other.header] + other.rows == table.rows, "SwiftCSV: \(table.text)")
      #expect(ours(table.text, separator: separator) == table.rows, "\(table.text)")
    }
  }
}
