import Foundation
import Literals
import Yams

/// A table of values that a user wrote, as CSV or as YAML, with the place of each.
///
///     let table = try ValueTable(path: "points.csv")
///     table.rows[0].cells.map(\.name)    // the names of the header
package struct ValueTable: Sendable {
  package struct Cell: Sendable {
    package let name: String
    package let nameLocation: SourceLocation
    package let value: Literal
    package let location: SourceLocation
  }

  package struct Row: Sendable {
    package let cells: [Cell]
    package let location: SourceLocation
  }

  package let rows: [Row]

  /// The most bytes of a file: a table of values that somebody wrote has far fewer.
  private static let mostBytes = 16_000_000
  private static let mostErrors = 50

  /// Reads a file. A name that ends in `.yaml`, `.yml` or `.json` is one of YAML, any other one of CSV.
  package init(path: String) throws(InvalidInput) {
    let data = try DataFile.contents(ofFile: path)
    guard data.count <= Self.mostBytes else {
      throw InvalidInput(
        "'\(path)' has more than \(Self.mostBytes) bytes, which is no list of points")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw InvalidInput("'\(path)' is no text file: it is not valid UTF-8")
    }
    let isYAML = ["yaml", "yml", "json"].contains(URL(filePath: path).pathExtension.lowercased())
    rows =
      try isYAML ? YAMLReader(path: path).rows(of: text) : Self.rows(ofCSV: text, file: path)
  }

  /// Reads a header with names and a row below it for each point. Values are Python literals; what is none
  /// is a text.
  private static func rows(ofCSV text: String, file: String) throws(InvalidInput) -> [Row] {
    var rows: [Row] = []
    var errors = DiagnosticList(limit: mostErrors)
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let columns = 1 + bytes.prefix { $0 != .lineFeed }.count { $0 == UInt8(ascii: ",") }
      var fields = Array(
        repeating: FieldScanner.Field(range: 0..<0, isQuoted: false), count: columns)
      var scanner = FieldScanner(bytes, separator: ",")
      func cell(_ column: Int, _ row: FieldScanner.Row) -> (text: String, place: SourceLocation) {
        let place = scanner.location(of: fields[column].range.lowerBound, in: row)
        let text = scanner.withContent(of: fields[column]) { String(decoding: $0, as: UTF8.self) }
        return (
          text.trimmingCharacters(in: .whitespaces),
          SourceLocation(file: file, line: place.line, column: place.column)
        )
      }
      guard let header = scanner.nextRow(into: &fields) else { return }
      let names = (0..<min(header.fieldCount, columns)).map { cell($0, header) }
      while let row = scanner.nextRow(into: &fields) {
        let start = SourceLocation(file: file, line: row.line, column: 1)
        if let quote = row.unmatchedQuote {
          let place = scanner.location(of: quote, in: row)
          errors.append(
            Diagnostic(
              .error, at: SourceLocation(file: file, line: place.line, column: place.column),
              "a quoted field ends with a quote; a quote inside is written twice"))
          continue
        }
        guard row.fieldCount == names.count else {
          let advice = row.fieldCount > names.count ? "; a list stands in quotes: \"[1, 2]\"" : ""
          errors.append(
            Diagnostic(
              .error, at: start,
              "a row has \(counted(names.count, "field")) as the header has, found "
                + "\(row.fieldCount)\(advice)"))
          continue
        }
        rows.append(
          Row(
            cells: names.indices.map { column in
              let (text, place) = cell(column, row)
              return Cell(
                name: names[column].text, nameLocation: names[column].place,
                value: (try? Literal(parsing: text)) ?? .string(text),
                location: place)
            }, location: start))
      }
    }
    guard errors.isEmpty else { throw InvalidInput(errors.diagnostics) }
    return rows
  }
}
