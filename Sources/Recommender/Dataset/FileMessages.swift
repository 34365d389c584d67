import Literals

/// A quoted piece of a file for a message: short, and without control characters.
struct Excerpt: CustomStringConvertible {
  let description: String

  init(_ text: some StringProtocol, limit: Int = 40) {
    let shown = text.prefix(limit).unicodeScalars
      .map { $0.value < 0x20 || $0.value == 0x7F ? $0.escaped(asASCII: true) : String($0) }
      .joined()
    description = "'\(shown)'" + (text.count > limit ? "…" : "")
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // 400 bytes are enough for forty characters, and a field may be of any length.
    self.init(String(decoding: bytes.prefix(400), as: UTF8.self))
  }
}

extension Diagnostic {
  /// The first `reportLimit` diagnostics, and one that tells how many more there are.
  static func limited(_ diagnostics: [Diagnostic], total: Int? = nil) -> [Diagnostic] {
    let shown = Array(diagnostics.prefix(reportLimit))
    let hidden = (total ?? diagnostics.count) - shown.count
    return hidden > 0 ? shown + [Diagnostic(.error, "and \(hidden) more")] : shown
  }

  /// The most errors of a file that are reported one by one.
  static let reportLimit = 20
}
