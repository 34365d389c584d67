import Literals

/// A table of text in aligned columns. Numbers stand on the right of their columns, words on the left.
package struct TextTable {
  private var rows: [[String]]
  private let header: [String]

  package init(header: [String]) {
    self.header = header
    self.rows = []
  }

  package mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "a row needs a cell for each column")
    rows.append(row.map(\.printable))
  }

  /// The header and the rows. Two blanks separate the columns, and no blanks follow the last cell.
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
  /// Returns the text filled up with blanks to a width. A longer text stays as it is.
  package func padded(to width: Int, onLeft: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return onLeft ? blanks + self : self + blanks
  }

  /// Returns the text cut to a width. An ellipsis takes the place of what is left out.
  package func fitted(to width: Int) -> String {
    guard count > width else { return self }
    return width > 0 ? prefix(width - 1) + "…" : ""
  }

  fileprivate var trimmingBlanksAtEnd: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
