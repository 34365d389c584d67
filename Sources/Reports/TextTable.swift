/// Rows of text in aligned columns: numbers to the right, words to the left.
package struct TextTable {
  private var rows: [[String]]
  private let header: [String]

  package init(header: [String]) {
    self.header = header
    self.rows = []
  }

  package var isEmpty: Bool { rows.isEmpty }

  package mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "a row needs a cell for each column")
    rows.append(row)
  }

  /// The header and the rows, columns two blanks apart, nothing behind the last cell.
  package var lines: [String] {
    let widths = header.indices.map { column in
      rows.reduce(header[column].count) { max($0, $1[column].count) }
    }
    let isNumeric = header.indices.map { column in
      rows.allSatisfy { $0[column].isEmpty || $0[column] == "-" || Double($0[column]) != nil }
    }
    return ([header] + rows).map { row in
      row.indices
        .map { row[$0].padded(to: widths[$0], onLeft: isNumeric[$0]) }
        .joined(separator: "  ")
        .trimmingBlanksAtEnd
    }
  }
}

extension String {
  /// The text filled up with blanks to the width; a longer text stays as it is.
  package func padded(to width: Int, onLeft: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return onLeft ? blanks + self : self + blanks
  }

  /// The text cut to the width, an ellipsis in place of what is left out.
  package func fitted(to width: Int) -> String {
    guard count > width else { return self }
    return width > 0 ? prefix(width - 1) + "…" : ""
  }

  fileprivate var trimmingBlanksAtEnd: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
