// Texts and values of the user in messages. A file may hold a value of ten million characters, and no message
// shows it whole: `'aaaa…' (10,000,000 characters)`.

extension StringProtocol {
  /// The text as a message shows it.
  package var excerpt: String {
    isShort ? String(self) : "\(prefix(ExcerptLength.shown))…" + lengthNote
  }

  /// The text in quotes as a message shows it.
  package var quotedExcerpt: String {
    isShort ? "'\(self)'" : "'\(prefix(ExcerptLength.shown))…'" + lengthNote
  }

  /// A text of few bytes has few characters, and is the usual case.
  private var isShort: Bool {
    utf8.count <= ExcerptLength.whole || count <= ExcerptLength.whole
  }

  private var lengthNote: String { " (\(count.withThousands) characters)" }
}

extension Literal {
  /// The description as a message shows it.
  package var excerpt: String {
    guard case .string(let text) = self, text.utf8.count > ExcerptLength.whole else {
      return description.excerpt
    }
    guard text.count > ExcerptLength.whole else { return description }
    let shown = Literal.string(String(text.prefix(ExcerptLength.shown))).description.dropLast()
    return "\(shown)…' (\(text.count.withThousands) characters)"
  }
}

/// Numbers of characters.
private enum ExcerptLength {
  /// The longest text that is shown whole.
  static let whole = 160
  /// What is shown of a longer one.
  static let shown = 60
}

extension Int {
  /// The number with a comma between every three digits.
  fileprivate var withThousands: String {
    var text = ""
    for (place, digit) in "\(magnitude)".reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
