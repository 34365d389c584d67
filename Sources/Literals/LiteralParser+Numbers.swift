extension LiteralParser {
  /// Reads an integer or a float: `-1`, `1_000`, `0x1F`, `.5`, `1E-3`.
  mutating func parseNumber() throws(LiteralError) -> Literal {
    let start = location
    let startPosition = position
    if current == "+" || current == "-" {
      advance()
      guard let next = current, next.isASCIIDigit || next == "." else {
        try rejectNonFiniteWord()
        throw error("a number is missing after the sign; expressions are not evaluated", at: start)
      }
    }
    while let character = current, continuesNumber(character) { advance() }
    let text = text(from: startPosition)
    guard let spelling = NumberSpelling(text) else {
      throw error("\(text.quotedExcerpt) is no number", at: start)
    }
    switch spelling {
    case .integer(let digits, let radix):
      guard let value = Int(digits, radix: radix) else {
        throw error("the integer \(text.quotedExcerpt) does not fit into 64 bits", at: start)
      }
      return .integer(value)
    case .real(let digits):
      guard let value = Double(digits) else {
        throw error("\(text.quotedExcerpt) is no number", at: start)
      }
      guard value.isFinite else {
        throw error("the float \(text.quotedExcerpt) is too large", at: start)
      }
      return .real(value)
    }
  }

  private func continuesNumber(_ character: Character) -> Bool {
    if character.isASCII, character.isLetter || character.isASCIIDigit { return true }
    if character == "_" || character == "." { return true }
    guard character == "+" || character == "-", position > 0 else { return false }
    // A sign belongs to the number only in an exponent, and a hexadecimal number has no exponent.
    guard let last = peek(-1), last == "e" || last == "E" else { return false }
    guard let beforeLast = peek(-2) else { return false }
    return beforeLast.isASCIIDigit || beforeLast == "."
  }

  private mutating func rejectNonFiniteWord() throws(LiteralError) {
    guard current?.isLetter == true else { return }
    _ = try parseWord()
  }
}

/// A number as written, checked by Python's rules and stripped of its underscores.
private enum NumberSpelling {
  case integer(digits: String, radix: Int)
  case real(digits: String)

  init?(_ text: String) {
    let isNegative = text.hasPrefix("-")
    let sign = isNegative ? "-" : ""
    let body = text.drop { $0 == "+" || $0 == "-" }.lowercased()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where body.hasPrefix(prefix) {
      // Python allows one underscore between the prefix and the digits.
      let digits = body.dropFirst(2)
      guard
        let plain = Self.strip(digits.hasPrefix("_") ? digits.dropFirst() : digits),
        plain.allSatisfy({ $0.isHexDigit && ($0.hexDigitValue ?? radix) < radix })
      else { return nil }
      self = .integer(digits: sign + plain, radix: radix)
      return
    }
    let halves = body.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = Self.digits(parts[0]), let fraction = Self.digits(parts.last ?? "") else {
      return nil
    }
    if halves.count == 1, parts.count == 1 {
      // Python refuses 012, which other languages read as octal.
      guard !whole.isEmpty, !whole.hasPrefix("0") || whole.allSatisfy({ $0 == "0" }) else {
        return nil
      }
      self = .integer(digits: sign + whole, radix: 10)
      return
    }
    guard !whole.isEmpty || (parts.count == 2 && !fraction.isEmpty) else { return nil }
    var digits = sign + (whole.isEmpty ? "0" : whole)
    if parts.count == 2, !fraction.isEmpty { digits += "." + fraction }
    if halves.count == 2 {
      let signed = halves[1]
      let exponentSign = signed.hasPrefix("-") ? "-" : ""
      let unsigned = signed.hasPrefix("-") || signed.hasPrefix("+") ? signed.dropFirst() : signed
      guard let exponent = Self.strip(unsigned), Self.digits(unsigned) != nil else { return nil }
      digits += "e" + exponentSign + exponent
    }
    self = .real(digits: digits)
  }

  /// Decimal digits without their underscores. An empty text stays empty, and any other text gives
  /// nil.
  private static func digits(_ text: Substring) -> String? {
    if text.isEmpty { return "" }
    guard let plain = strip(text), plain.allSatisfy(\.isASCIIDigit) else { return nil }
    return plain
  }

  /// Removes single underscores between digits; nil if an underscore stands elsewhere or the text
  /// is empty.
  private static func strip(_ text: Substring) -> String? {
    guard !text.isEmpty, !text.hasPrefix("_"), !text.hasSuffix("_"), !text.contains("__") else {
      return nil
    }
    return text.filter { $0 != "_" }
  }
}
