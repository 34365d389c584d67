/// A message about what a user wrote: `hyper.test:3:15: error: 'choice' needs at least one value`.
///
/// A message is written in lower case, without a final period and with names in 'quotes'. It tells
/// the rule, what was found, and the likely fix.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  package enum Severity: String, Hashable, Sendable {
    case error, warning, note
  }

  package let severity: Severity
  package let location: SourceLocation?
  package let message: String
  /// True if the words of the command line are wrong, and not something in a file.
  package let isUsage: Bool

  package init(
    _ severity: Severity, at location: SourceLocation? = nil, _ message: String,
    isUsage: Bool = false
  ) {
    self.severity = severity
    self.location = location
    self.isUsage = isUsage
    self.message =
      message.utf8.count > Self.longest && message.count > Self.longest
      ? "\(message.prefix(Self.longest))…" : message
  }

  /// The most characters of a message: one that quotes many values of a user may have any number.
  private static let longest = 2_000

  package var description: String {
    let place = location.map { "\($0): " } ?? ""
    return "\(place)\(severity.rawValue): \(message)"
  }
}

/// Returns a number with its noun, for messages: `1 trial`, `2 trials`.
package func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

/// The reason why input cannot be used: all its diagnostics, of which at least one is an error.
package struct InvalidInput: Error, CustomStringConvertible {
  package let diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  package init(_ message: String, at location: SourceLocation? = nil, isUsage: Bool = false) {
    self.diagnostics = [Diagnostic(.error, at: location, message, isUsage: isUsage)]
  }

  /// True if the command line is wrong, perhaps among other things.
  package var isUsage: Bool { diagnostics.contains(where: \.isUsage) }

  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// A place in a text that a user wrote: file, and 1-based line and column.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  package let file: String
  package let line: Int
  /// Counted in characters; the first character of a line has column 1.
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }
}
