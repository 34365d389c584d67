import Foundation

/// Wraps the text of help so that no line is wider than the terminal and every line keeps its indent.
///
/// ArgumentParser wraps long lines as well, but begins what is left of them in the first column.
enum HelpText {
  static func wrapped(_ text: String) -> String { wrapped(text, to: width) }

  /// Wraps a text of lines that may be indented. The rest of a line with an indent of two is indented by
  /// six, like an explanation below it; the rest of any other line is indented like its beginning.
  static func wrapped(_ text: String, to width: Int) -> String {
    // Every start of the program comes here, and bytes are counted faster than characters.
    let rows = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard rows.contains(where: { $0.count > width }) else { return text }
    return rows.flatMap {
      $0.count > width ? lines(of: Substring($0), width) : [String(Substring($0))]
    }
    .joined(separator: "\n")
  }

  private static func lines(of line: Substring, _ width: Int) -> [String] {
    guard line.unicodeScalars.count > width else { return [String(line)] }
    let indent = line.prefix { $0 == " " }
    let next = indent.utf8.count == 2 ? String(repeating: " ", count: 6) : String(indent)
    var lines: [String] = []
    var current = ""
    var columns = 0
    for word in line.utf8.dropFirst(indent.utf8.count).split(separator: UInt8(ascii: " ")) {
      let word = Substring(word)
      let count = word.unicodeScalars.count
      if current.isEmpty {
        current = String(indent) + word
        columns = indent.utf8.count + count
      } else if columns + 1 + count <= width {
        current += " " + word
        columns += 1 + count
      } else {
        lines.append(current)
        current = next + word
        columns = next.utf8.count + count
      }
    }
    return lines + [current]
  }

  /// One column less than the terminal has, since ArgumentParser wraps a line that fills it; at most 79.
  private static let width: Int = {
    var window = winsize()
    let named = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
    let isTerminal = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
    return max(20, min(named ?? (isTerminal ? Int(window.ws_col) : 80), 80) - 1)
  }()
}
