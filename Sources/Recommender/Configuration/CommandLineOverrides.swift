import Literals

/// RecBole's keys from a command line: `--key=value` or `--key value`.
struct CommandLineOverrides {
  private(set) var values: [String: Literal] = [:]
  /// The keys, in the order in which the command line has them.
  private(set) var names: [String] = []

  init(_ arguments: [String]) throws(InvalidInput) {
    var texts: [String: String] = [:]
    var diagnostics: [Diagnostic] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--"), argument.count > 2 else {
        diagnostics.append(
          Self.error(
            "unexpected argument \(argument.quotedExcerpt); options are written --key=value"))
        continue
      }
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let text: String
      if parts.count == 2 {
        text = String(parts[1])
      } else if let next = rest.first, !next.hasPrefix("--") {
        text = rest.removeFirst()
      } else {
        diagnostics.append(
          Self.error("'--\(name)' needs a value; write --\(name)=VALUE"))
        continue
      }
      if let earlier = texts[name] {
        guard earlier != text else { continue }
        diagnostics.append(
          Self.error(
            "'--\(name)' is given twice, as \(earlier.quotedExcerpt) and as \(text.quotedExcerpt)"))
        continue
      }
      texts[name] = text
      names.append(name)
      values[name] = Self.read(text)
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
  }

  private static func error(_ message: String) -> Diagnostic {
    Diagnostic(.error, message, isUsage: true)
  }

  /// Reads the value of a key from its text.
  ///
  /// A Python literal and, in any case, true and false are read as such. Any other text is a string:
  /// `adam`, `ml-100k`, `[0,inf)`.
  static func read(_ text: String) -> Literal {
    if let literal = try? Literal(parsing: text) { return literal }
    switch text.lowercased() {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: return .string(text)
    }
  }
}
