import Reports

/// A table of text that is made as wide as a terminal allows. Values stay whole as long as it can: first
/// headings are cut, and then the columns that matter least are left out.
struct FittedTable {
  struct Column {
    let heading: String
    var cells: [String] = []
    /// Columns with smaller numbers are left out first; nil for one that always stays.
    var importance: Int?

    /// The width of the widest cell.
    fileprivate var content: Int { cells.reduce(0) { max($0, $1.count) } }

    /// The width with a heading of at least some letters.
    fileprivate func width(heading letters: Int) -> Int {
      max(content, min(heading.count, letters))
    }

    /// True if all cells are numbers, which stand on the right.
    fileprivate var isNumeric: Bool {
      cells.allSatisfy { $0.isEmpty || $0 == "-" || $0.first?.isNumber == true }
    }
  }

  var columns: [Column]

  /// The letters of a heading that are enough to tell it from the others.
  private static let tellingLetters = 6
  /// The least letters of a heading.
  private static let fewestLetters = 3

  /// Returns the heading and the rows. They may be wider than `width` if the values are.
  func lines(width: Int) -> [String] {
    var shown = columns
    while Self.total(shown, heading: Self.tellingLetters) > width {
      let removable = shown.indices.filter { shown[$0].importance != nil }
      guard
        let least = removable.min(by: {
          (shown[$0].importance ?? 0) < (shown[$1].importance ?? 0)
        })
      else { break }
      shown.remove(at: least)
    }
    let letters =
      Self.total(shown, heading: Self.tellingLetters) > width
      ? Self.fewestLetters : Self.tellingLetters
    return Self.lines(shown, Self.widths(shown, atMost: width, heading: letters))
  }

  /// Returns the widths of the columns, made smaller one by one as far as the headings allow.
  private static func widths(_ columns: [Column], atMost width: Int, heading letters: Int) -> [Int]
  {
    var widths = columns.map { $0.width(heading: .max) }
    let least = columns.map { $0.width(heading: letters) }
    var excess = total(columns, heading: .max) - width
    while excess > 0,
      let widest = widths.indices.filter({ widths[$0] > least[$0] })
        .max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private static func total(_ columns: [Column], heading letters: Int) -> Int {
    columns.reduce(0) { $0 + $1.width(heading: letters) } + 2 * max(columns.count - 1, 0)
  }

  private static func lines(_ columns: [Column], _ widths: [Int]) -> [String] {
    let rows = columns.map(\.cells.count).max() ?? 0
    return (-1..<rows).map { row in
      let cells = zip(columns, widths).map { column, width in
        let text = row < 0 ? column.heading.fitted(to: width) : column.cells[row]
        return text.padded(to: width, onLeft: column.isNumeric)
      }
      return cells.joined(separator: "  ")
    }
  }
}
