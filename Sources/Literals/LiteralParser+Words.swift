extension LiteralParser {
  /// Reads `True`, `False` or `None`. Any other word is an error that tells what the user likely
  /// meant.
  mutating func parseWord() throws(LiteralError) -> Literal {
    let start = location
    let startPosition = position
    while let character = current,
      character.isLetter || character.isASCIIDigit || character == "_"
    {
      advance()
    }
    let word = text(from: startPosition)
    switch word {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .none
    default: break
    }
    if current == "'" || current == "\"" {
      throw error("string prefixes such as \(word.quotedExcerpt) are not supported", at: start)
    }
    switch word.lowercased() {
    case "true", "false", "none":
      let meant = word.prefix(1).uppercased() + word.dropFirst().lowercased()
      throw error("'\(word)' is no value; did you mean '\(meant)'", at: start)
    case "null": throw error("'\(word)' is no value; did you mean 'None'", at: start)
    case "inf", "nan", "infinity":
      throw error("'\(word)' is no value: numbers must be finite", at: start)
    default:
      if current == "(" || current == "." {
        throw error(
          "expressions such as '\(word.excerpt)…' are not evaluated; write the value", at: start)
      }
      throw error(
        "\(word.quotedExcerpt) is no value; quote it to mean the string '\(word.excerpt)'",
        at: start)
    }
  }
}
