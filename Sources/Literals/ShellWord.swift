/// Quotes the words of a command line for a shell.
package enum ShellWord {
  /// Returns a command line of these words, each quoted if it has to be.
  package static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  /// Returns a word in single quotes, or as it is if it needs none.
  package static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy(isPlain)
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// Returns a text in double quotes, which reads better if the text contains single quotes.
  package static func doubleQuoted(_ text: String) -> String {
    var quoted = ""
    for character in text {
      if "\"\\$`".contains(character) { quoted += "\\" }
      quoted.append(character)
    }
    return "\"\(quoted)\""
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
