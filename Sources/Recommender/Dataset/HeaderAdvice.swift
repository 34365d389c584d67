import Literals

/// What to do about a file whose first line is not the header of an atomic file: a table with
/// another separator, without types, or without a header.
struct HeaderAdvice: Sendable {
  private let preview: TablePreview
  private let guess: ColumnGuess
  private let configuration: DataConfiguration
  private let command: PreparationCommand

  /// nil if the bytes hold no row.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, file: String, _ configuration: DataConfiguration) {
    let own = TablePreview(bytes, separator: configuration.fieldSeparator)
    // Another separator counts if the configured one cuts nothing.
    guard let preview = (own?.columnCount ?? 0) > 1 ? own : TablePreview(bytes) else { return nil }
    self.preview = preview
    self.configuration = configuration
    guess = ColumnGuess(preview, configuration)
    command = PreparationCommand(repairing: file, preview, configuration)
  }

  /// The error; nil if the line looks like nothing known.
  var message: String? {
    guard preview.columnCount > 1 else { return nil }
    let separator = AtomicHeader.name(ofSeparator: preview.separator)
    let expected = AtomicHeader.name(ofSeparator: configuration.fieldSeparator)
    let isOther = preview.separator != configuration.fieldSeparator
    guard let names = preview.names else {
      return "the first line names the columns, found data (\(Self.list(preview.rows[0]))); "
        + headerAdvice
    }
    let hasTypes = preview.rows[0].allSatisfy { $0.contains(":") }
    if hasTypes {
      guard isOther else { return nil }
      let rule = "the columns are separated by \(separator), and 'field_separator' says \(expected)"
      // 'field_separator' takes one character.
      guard preview.separator.count == 1 else {
        return "\(rule); a file with \(expected) is written by: \(command)"
      }
      let word = preview.separator == "\t" ? "\\t" : preview.separator
      return "\(rule): set it with " + ShellWord.quoted("--field_separator=\(word)")
    }
    let found = Self.list(names)
    if isOther {
      return "the first line gives each column a type, and has \(expected) between them, found "
        + "\(separator) and no types (\(found)); such a file is written by: \(command)"
    }
    return "the first line gives each column a type, found none (\(found)); \(headerAdvice)"
  }

  /// The header that the columns of the file would have, if a header is all that is missing.
  private var headerAdvice: String {
    guard guess.time.map(preview.isNumeric) ?? true,
      preview.separator == configuration.fieldSeparator
    else {
      return "such a file is written by: \(command)"
    }
    let separator = preview.separator == "\t" ? "\\t" : preview.separator
    let note = preview.separator == "\t" ? " (\\t is a tab)" : ""
    let verb = preview.hasHeader ? "write" : "put above it"
    return "\(verb) '\(header.joined(separator: separator))'\(note), or run: \(command)"
  }

  /// The columns with types, and with the names that the configuration has for them.
  private var header: [String] {
    (0..<min(preview.columnCount, 12)).map { column in
      switch column {
      case guess.user: return "\(configuration.userField):token"
      case guess.item: return "\(configuration.itemField):token"
      case guess.time: return "\(configuration.timeField):float"
      default:
        let name = column == guess.rating ? "rating" : preview.shownName(column)
        let type = preview.isNumeric(column) ? "float" : "token"
        return "\(name ?? "column\(column + 1)"):\(type)"
      }
    }
  }

  private static func list(_ texts: [String]) -> String {
    texts.prefix(8).map { "\(Excerpt($0, limit: 20))" }.joined(separator: ", ")
      + (texts.count > 8 ? ", …" : "")
  }
}
