extension LiteralParser {
  /// Reads a string in single or double quotes with Python's escapes. An unknown escape stays as it
  /// is written, as in Python.
  mutating func parseString() throws(LiteralError) -> String {
    let start = location
    guard let quote = current else { throw error("a string is missing") }
    advance()
    var content = ""
    while let character = current, character != quote {
      guard !character.isLineBreak else { break }
      if character == "\\" {
        content += try parseEscape()
      } else {
        content.append(character)
        advance()
      }
    }
    guard current == quote else { throw error("the string is never closed by \(quote)", at: start) }
    advance()
    return content
  }

  private mutating func parseEscape() throws(LiteralError) -> String {
    let start = location
    advance()
    guard let character = current else { throw error("the string is never closed", at: start) }
    if ("0"..."7").contains(character) {
      var value: UInt32 = 0
      var count = 0
      while count < 3, let digit = current?.wholeNumberValue, current?.isASCII == true, digit < 8 {
        value = value * 8 + UInt32(digit)
        count += 1
        advance()
      }
      return try scalar(value, at: start)
    }
    advance()
    switch character {
    case "\\", "'", "\"": return String(character)
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "a": return "\u{07}"
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "x": return try scalar(try parseHexadecimal(digits: 2, since: start), at: start)
    case "u": return try scalar(try parseHexadecimal(digits: 4, since: start), at: start)
    case "U": return try scalar(try parseHexadecimal(digits: 8, since: start), at: start)
    case _ where character.isLineBreak: return ""
    default: return "\\" + String(character)
    }
  }

  private mutating func parseHexadecimal(
    digits: Int, since start: SourceLocation
  ) throws(LiteralError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current?.hexDigitValue, current?.isASCII == true else {
        throw error("the escape needs \(digits) hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    return value
  }

  private func scalar(_ value: UInt32, at start: SourceLocation) throws(LiteralError) -> String {
    guard let scalar = Unicode.Scalar(value) else {
      throw error("the escape names no Unicode character", at: start)
    }
    return String(Character(scalar))
  }
}

extension Character {
  fileprivate var isLineBreak: Bool { self == "\n" || self == "\r" || self == "\r\n" }
}
