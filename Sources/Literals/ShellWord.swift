/// Quotes the words of a command line for a shell.
package enum ShellWord {
  /// Returns a command line of these words, each quoted if it has to be.
  package static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  /// Returns an option and its value. A value that looks like an option has to stand in one word with it.
  package static func option(_ name: String, _ value: String) -> [String] {
    value.hasPrefix("-") || value.isEmpty ? ["\(name)=\(value)"] : [name, value]
  }

  /// Returns a word in single quotes, or as it is if it needs none.
  package static func quoted(_ word: String) -> String {
    if needsEscapes(word) { return escaped(word) }
    let isPlain = !word.isEmpty && word.utf8.allSatisfy(isPlain)
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// Returns a text in double quotes, which reads better if the text contains single quotes.
  package static func doubleQuoted(_ text: String) -> String {
    if needsEscapes(text) { return escaped(text) }
    // A shell that people type into replaces '!' in double quotes by an earlier command.
    if text.contains("!") { return quoted(text) }
    var quoted = ""
    for character in text {
      if "\"\\$`".contains(character) { quoted += "\\" }
      quoted.append(character)
    }
    return "\"\(quoted)\""
  }

  /// True if a word has characters that are not to be written to a terminal as they are.
  private static func needsEscapes(_ word: String) -> Bool {
    word.unicodeScalars.contains(where: \.isUnprintable)
  }

  /// Returns a word in the quotes that have escapes, in one line: `$'two\nlines'`.
  private static func escaped(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "'", "\\": text += "\\" + String(scalar)
      // Bytes, because shells differ in what they make of the numbers of characters.
      case _ where scalar.isUnprintable:
        text += String(scalar).utf8.map { byte in
          "\\" + String(String(Int(byte) + 0o1000, radix: 8).dropFirst())
        }.joined()
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "$'\(text)'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-_./=:,@+%".utf8.contains(byte)
    }
  }
}
