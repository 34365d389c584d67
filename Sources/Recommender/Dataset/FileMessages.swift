import Literals

/// A quoted piece of a file for a message: short, and without control characters.
struct Excerpt: CustomStringConvertible {
  let description: String

  init(_ text: some StringProtocol, limit: Int = 40) {
    let shown = text.prefix(limit).unicodeScalars
      .map { $0.properties.generalCategory.isShown ? String($0) : $0.escaped(asASCII: true) }
      .joined()
    description = "'\(shown)'" + (text.count > limit ? "…" : "")
  }

  /// True if a message may show the text as it is.
  static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory.isShown }
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // 400 bytes are enough for forty characters, and a field may be of any length.
    self.init(String(decoding: bytes.prefix(400), as: UTF8.self))
  }
}

extension Unicode.GeneralCategory {
  /// False for characters that move the cursor, change colours or turn the direction of writing.
  fileprivate var isShown: Bool {
    switch self {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

extension Diagnostic {
  /// The first `reportLimit` diagnostics, and one that tells how many more there are.
  static func limited(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let shown = Array(diagnostics.prefix(reportLimit))
    let hidden = diagnostics.count - shown.count
    return hidden > 0 ? shown + [Diagnostic(.error, "and \(hidden) more")] : shown
  }

  /// The most errors of a file that are reported one by one.
  static let reportLimit = 20
}
