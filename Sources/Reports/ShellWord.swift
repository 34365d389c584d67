/// Words of a command line as a shell needs them to be typed.
package enum ShellWord {
  package static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  package static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy(isPlain)
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// A text between double quotes, which reads better where it has single quotes of its own.
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
