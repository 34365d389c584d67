/// A recursive-descent parser of Python literals that keeps the place of every element.
struct LiteralParser {
  /// The deepest nesting of brackets that is read, so that no input can exhaust the stack.
  static let maximumDepth = 64

  private let characters: [Character]
  private(set) var position = 0
  private(set) var location: SourceLocation

  init(_ text: String, at start: SourceLocation) {
    characters = Array(text)
    location = start
  }

  mutating func parseAll() throws(LiteralError) -> LocatedLiteral {
    skipBlanks()
    let start = location
    guard current != nil else { throw error("a value is missing") }
    let first = try parseValue(depth: 0)
    guard current == "," else {
      try expectEnd()
      return first
    }
    var elements = [first]
    while current == "," {
      advance()
      skipBlanks()
      if current == nil { break }
      elements.append(try parseValue(depth: 0))
    }
    try expectEnd()
    return LocatedLiteral(.tuple(elements.map(\.value)), at: start, elements: elements)
  }

  /// Reads a value and the blanks after it, up to a comma, a colon, a bracket or the end.
  private mutating func parseValue(depth: Int) throws(LiteralError) -> LocatedLiteral {
    let start = location
    let startPosition = position
    guard depth < Self.maximumDepth else {
      throw error("brackets are nested more than \(Self.maximumDepth) deep")
    }
    guard let character = current else { throw error("a value is missing") }
    let value: LocatedLiteral
    switch character {
    case "[", "(": value = try parseSequence(depth: depth)
    case "{": value = try parseDictionary(depth: depth)
    case "'", "\"": value = LocatedLiteral(.string(try parseString()), at: start)
    case "+", "-", ".": value = LocatedLiteral(try parseNumber(), at: start)
    case _ where character.isASCIIDigit:
      value = LocatedLiteral(try parseNumber(), at: start)
    case _ where character.isLetter || character == "_":
      value = LocatedLiteral(try parseWord(), at: start)
    case ",", "]", ")", "}", ":": throw error("a value is missing before '\(character)'")
    default: throw error("a value cannot begin with '\(character)'")
    }
    skipBlanks()
    try rejectContinuation(of: value, from: startPosition)
    return value
  }

  private mutating func parseSequence(depth: Int) throws(LiteralError) -> LocatedLiteral {
    let start = location
    let isList = current == "["
    let closing: Character = isList ? "]" : ")"
    advance()
    skipBlanks()
    var elements: [LocatedLiteral] = []
    var sawComma = false
    while current != closing {
      try expectOpen(since: start, opening: isList ? "[" : "(")
      elements.append(try parseValue(depth: depth + 1))
      guard current == "," else { break }
      sawComma = true
      advance()
      skipBlanks()
    }
    try expectClosing(closing, since: start, opening: isList ? "[" : "(")
    if isList {
      return LocatedLiteral(.list(elements.map(\.value)), at: start, elements: elements)
    }
    if let only = elements.first, elements.count == 1, !sawComma { return only }
    return LocatedLiteral(.tuple(elements.map(\.value)), at: start, elements: elements)
  }

  private mutating func parseDictionary(depth: Int) throws(LiteralError) -> LocatedLiteral {
    let start = location
    advance()
    skipBlanks()
    var entries: [String: Literal] = [:]
    while current != "}" {
      try expectOpen(since: start, opening: "{")
      let key = try parseValue(depth: depth + 1)
      guard case .string(let name) = key.value else {
        throw error(
          "a dictionary key is a quoted string, found \(key.value.excerpt)", at: key.location)
      }
      guard current == ":" else {
        throw error("a ':' is missing after the key \(name.quotedExcerpt)")
      }
      guard entries[name] == nil else {
        throw error("the key \(name.quotedExcerpt) is given twice", at: key.location)
      }
      advance()
      skipBlanks()
      entries[name] = try parseValue(depth: depth + 1).value
      guard current == "," else { break }
      advance()
      skipBlanks()
    }
    try expectClosing("}", since: start, opening: "{")
    return LocatedLiteral(.dictionary(entries), at: start)
  }

  private func expectOpen(
    since start: SourceLocation, opening: Character
  ) throws(LiteralError) {
    guard current != nil else { throw error("'\(opening)' is never closed", at: start) }
  }

  private mutating func expectClosing(
    _ closing: Character, since start: SourceLocation, opening: Character
  ) throws(LiteralError) {
    try expectOpen(since: start, opening: opening)
    guard current == closing else {
      throw error("'\(opening)' needs '\(closing)' to close it, found '\(current ?? closing)'")
    }
    advance()
  }

  private func expectEnd() throws(LiteralError) {
    guard let character = current else { return }
    throw error("unexpected '\(character)' after the value")
  }
}

// MARK: - Moving through the text

extension LiteralParser {
  var current: Character? { position < characters.count ? characters[position] : nil }

  /// The character at a distance from the current one; the distance may be negative.
  func peek(_ offset: Int) -> Character? {
    characters.indices.contains(position + offset) ? characters[position + offset] : nil
  }

  /// The text from a position up to the current one.
  func text(from start: Int) -> String { String(characters[start..<position]) }

  mutating func advance() {
    guard let character = current else { return }
    position += 1
    location =
      character.isNewline
      ? SourceLocation(file: location.file, line: location.line + 1, column: 1)
      : SourceLocation(file: location.file, line: location.line, column: location.column + 1)
  }

  mutating func skipBlanks() {
    while let character = current, character.isWhitespace { advance() }
  }

  func error(_ message: String, at place: SourceLocation? = nil) -> LiteralError {
    LiteralError(location: place ?? location, message: message)
  }
}

extension Character {
  /// True for 0–9 only, unlike `isNumber`, which is also true for the digits of other scripts.
  var isASCIIDigit: Bool { ("0"..."9").contains(self) && isASCII }
}
