import Literals

extension SearchSpace {
  /// Reads the bytes of a `hyper.test` file.
  package static func parse(
    utf8 bytes: some Collection<UInt8>, file: String
  ) throws(InvalidInput) -> SearchSpace {
    try read(utf8: bytes, file: file).space()
  }

  /// Reads the bytes of a `hyper.test` file as far as possible; see `read(_:file:)`.
  package static func read(
    utf8 bytes: some Collection<UInt8>, file: String
  ) throws(InvalidInput) -> ParsedSearchSpace {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InvalidInput("'\(file)' is no text file: it is not valid UTF-8", at: start(of: file))
    }
    return try read(text, file: file)
  }

  /// Reads the text of a `hyper.test` file, which has a line `name type values` for each parameter.
  ///
  /// Fields are separated by any number of spaces and tabs, and `#` begins a comment. A line that RecBole
  /// would drop silently or crash on is an error with its place. All errors are reported together.
  package static func parse(_ text: String, file: String) throws(InvalidInput) -> SearchSpace {
    try read(text, file: file).space()
  }

  /// Reads the text of a `hyper.test` file as far as possible. A caller can then check the parameters
  /// that could be read, and report these errors together with those of the file.
  ///
  /// Throws only if the file is no text at all.
  package static func read(
    _ text: String, file: String
  ) throws(InvalidInput) -> ParsedSearchSpace {
    // A byte order mark is no part of the text.
    let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    if let control = text.unicodeScalars.first(where: isBinary) {
      let code = String(control.value, radix: 16, uppercase: true)
      throw InvalidInput(
        "'\(file)' is no text file: it contains the control character 0x\(code)",
        at: start(of: file))
    }
    var reader = LineReader(file: file)
    // Lines end with LF, CR or CR LF. Each of the three is one Character.
    for (index, line) in text.split(
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    ).enumerated() {
      reader.read(Array(line), number: index + 1)
    }
    return reader.finish()
  }

  private static func start(of file: String) -> SourceLocation {
    SourceLocation(file: file, line: 1, column: 1)
  }

  private static func isBinary(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && !("\t"..."\r").contains(scalar) || scalar.value == 0x7F
  }
}

/// Collects parameters and diagnostics line by line.
private struct LineReader {
  let file: String
  private var parameters: [ParsedSearchSpace.Parameter] = []
  private var firstPlaces: [String: SourceLocation] = [:]
  /// A file of another kind may have an error on every line.
  private var errors = DiagnosticList(limit: 50)
  private var warnings = DiagnosticList(limit: 50)
  private var unread: [ParsedSearchSpace.UnreadName] = []

  init(file: String) {
    self.file = file
  }

  mutating func read(_ characters: [Character], number: Int) {
    let line = Line(characters, number: number, file: file)
    guard let name = line.name else { return }
    guard name.isParameterName else {
      report(
        "\(name.quotedExcerpt) is no parameter name: letters, digits and '_' only, "
          + "followed by a blank, a type and the values", at: line.nameLocation)
      return
    }
    // The name can be checked whatever is wrong with the rest of the line.
    let known = parameters.count
    defer {
      if parameters.count == known, !errors.isFull {
        unread.append(ParsedSearchSpace.UnreadName(name: name, location: line.nameLocation))
      }
    }
    guard let type = line.type else {
      report(
        "a line needs a name, a type and values, found only \(name.quotedExcerpt); "
          + "write for instance '\(name.excerpt) choice [1, 2]'", at: line.nameLocation)
      return
    }
    guard let kind = Domain.Kind(rawValue: type) else {
      report(unknownType(type), at: line.typeLocation)
      return
    }
    guard let values = line.values else {
      report("'\(type)' needs values after it", at: line.typeLocation)
      return
    }
    if let first = firstPlaces[name] {
      report(
        "\(name.quotedExcerpt) is given twice, first in line \(first.line); join the values in one line",
        at: line.nameLocation)
    } else {
      firstPlaces[name] = line.nameLocation
    }
    var domain = DomainParser(text: values, location: line.valuesLocation)
    if let parsed = domain.parse(kind) {
      parameters.append(
        ParsedSearchSpace.Parameter(
          parameter: SearchSpace.Parameter(name: name, domain: parsed),
          location: line.nameLocation, valuesLocation: line.valuesLocation,
          choices: domain.choices))
    }
    errors.append(domain.errors)
    for warning in domain.warnings { warnings.append(warning) }
  }

  func finish() -> ParsedSearchSpace {
    var shown = errors.diagnostics
    if shown.isEmpty && parameters.isEmpty {
      shown = [
        Diagnostic(
          .error, at: SourceLocation(file: file, line: 1, column: 1),
          "'\(file)' has no parameter; "
            + "write a line such as 'learning_rate choice [0.01, 0.001]'")
      ]
    }
    return ParsedSearchSpace(
      parameters: parameters, unread: unread, errors: shown, warnings: warnings.diagnostics)
  }

  private mutating func report(_ message: String, at location: SourceLocation) {
    errors.append(Diagnostic(.error, at: location, message))
  }

  private func unknownType(_ type: String) -> String {
    let kinds = Domain.Kind.allCases.map(\.rawValue)
    if let kind = kinds.first(where: { type.hasPrefix($0) }),
      let next = type.dropFirst(kind.count).first, "[(.0123456789-".contains(next)
    {
      return "a blank is missing between '\(kind)' and its values"
    }
    let known = kinds.map { "'\($0)'" }.joined(separator: ", ")
    return "unknown type \(type.quotedExcerpt), the types are \(known)"
      + Suggestion.phrase(for: type, among: kinds)
  }
}

/// The fields of one line without its comment, and the columns at which they begin.
private struct Line {
  private let number: Int
  private let file: String
  private let fields: [(text: String, column: Int)]

  init(_ characters: [Character], number: Int, file: String) {
    self.number = number
    self.file = file
    let end = Self.endOfContent(characters)
    var fields: [(text: String, column: Int)] = []
    var position = 0
    while fields.count < 3 {
      while position < end, characters[position].isWhitespace { position += 1 }
      guard position < end else { break }
      let start = position
      if fields.count == 2 {
        position = end
      } else {
        while position < end, !characters[position].isWhitespace { position += 1 }
      }
      fields.append((String(characters[start..<position]), start + 1))
    }
    self.fields = fields
  }

  var name: String? { fields.first?.text }
  var type: String? { fields.count > 1 ? fields[1].text : nil }
  var values: String? { fields.count > 2 ? fields[2].text : nil }
  var nameLocation: SourceLocation { location(0) }
  var typeLocation: SourceLocation { location(1) }
  var valuesLocation: SourceLocation { location(2) }

  private func location(_ field: Int) -> SourceLocation {
    SourceLocation(
      file: file, line: number, column: field < fields.count ? fields[field].column : 1)
  }

  /// Returns the position of the comment and of the blanks before it. A `#` in quotes is no comment.
  private static func endOfContent(_ characters: [Character]) -> Int {
    var end = characters.count
    var quote: Character?
    var position = 0
    while position < characters.count {
      let character = characters[position]
      if let open = quote {
        if character == "\\" {
          position += 1
        } else if character == open {
          quote = nil
        }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "#" {
        end = position
        break
      }
      position += 1
    }
    while end > 0, characters[end - 1].isWhitespace { end -= 1 }
    return end
  }
}

extension String {
  fileprivate var isParameterName: Bool {
    allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
