import Literals
import Yams

/// Reads literals from YAML like PyYAML's FullLoader with RecBole's additional float rule.
struct YAMLReader {
  /// A configuration has far fewer values, but a small file with aliases can stand for more.
  private static let maximumValues = 100_000
  private static let maximumDepth = 64

  let path: String

  func entries(of text: String) throws(InvalidInput) -> [ConfigurationFile.Entry] {
    let root = try root(of: text)
    switch root {
    case nil: return []
    case .scalar(let scalar) where scalar.string.isEmpty: return []
    case .mapping(let mapping): return try entries(of: mapping)
    default:
      throw InvalidInput(
        "a configuration file has lines such as 'learning_rate: 0.001'", at: location(root?.mark))
    }
  }

  /// Returns the rows of a list of mappings.
  func rows(of text: String) throws(InvalidInput) -> [ValueTable.Row] {
    let root = try root(of: text)
    guard let root, root.scalar?.string.isEmpty != true else { return [] }
    guard case .sequence(let sequence) = root else {
      throw InvalidInput(
        "a list of points has an entry such as '- {learning_rate: 0.001}' for each",
        at: location(root.mark))
    }
    var rows: [ValueTable.Row] = []
    var diagnostics = DiagnosticList(limit: 50)
    for element in sequence {
      do throws(InvalidInput) {
        guard case .mapping(let mapping) = element else {
          throw InvalidInput(
            "a point is a mapping such as '{learning_rate: 0.001}'", at: location(element.mark))
        }
        rows.append(
          ValueTable.Row(
            cells: try entries(of: mapping).map {
              ValueTable.Cell(
                name: $0.name, nameLocation: $0.location, value: $0.value, location: $0.location)
            }, location: location(element.mark)))
      } catch {
        for diagnostic in error.diagnostics { diagnostics.append(diagnostic) }
      }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics.diagnostics) }
    return rows
  }

  private func root(of text: String) throws(InvalidInput) -> Node? {
    let scalars = text.unicodeScalars
    let text = scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()) : text
    guard !isNestedTooDeeply(text) else {
      throw InvalidInput("the values are nested too deeply", at: location(nil))
    }
    do {
      // Yams leaves the tags unresolved, because `PlainScalar` has PyYAML's rules for plain scalars.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch {
      throw InvalidInput([diagnostic(error)])
    }
  }

  private func entries(
    of mapping: Node.Mapping
  ) throws(InvalidInput) -> [ConfigurationFile.Entry] {
    var entries: [ConfigurationFile.Entry] = []
    var diagnostics = DiagnosticList(limit: 50)
    var budget = Self.maximumValues
    for (key, value) in mapping {
      guard budget > 0 else {
        guard diagnostics.isEmpty else { throw InvalidInput(diagnostics.diagnostics) }
        throw InvalidInput(
          "the file has more than \(Self.maximumValues) values, which is no configuration",
          at: location(key.mark))
      }
      do {
        let name = try self.name(of: key)
        entries.append(
          ConfigurationFile.Entry(
            name: name, value: try literal(value, depth: 0, budget: &budget),
            location: location(key.mark)))
      } catch {
        for diagnostic in error.diagnostics { diagnostics.append(diagnostic) }
      }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics.diagnostics) }
    return entries
  }

  private func name(of key: Node) throws(InvalidInput) -> String {
    guard case .scalar(let scalar) = key else {
      throw InvalidInput("a key is a plain name", at: location(key.mark))
    }
    return scalar.string
  }

  private func literal(
    _ node: Node, depth: Int, budget: inout Int
  ) throws(InvalidInput) -> Literal {
    budget -= 1
    guard budget > 0, depth < Self.maximumDepth else {
      throw InvalidInput("the value is too large or nested too deeply", at: location(node.mark))
    }
    switch node {
    case .scalar(let scalar): return try literal(scalar)
    case .sequence(let sequence):
      var elements: [Literal] = []
      for element in sequence {
        elements.append(try literal(element, depth: depth + 1, budget: &budget))
      }
      return .list(elements)
    case .mapping(let mapping):
      var entries: [String: Literal] = [:]
      for (key, value) in mapping {
        entries[try name(of: key)] = try literal(value, depth: depth + 1, budget: &budget)
      }
      return .dictionary(entries)
    case .alias:
      throw InvalidInput("an alias stands for nothing", at: location(node.mark))
    }
  }

  private func literal(_ scalar: Node.Scalar) throws(InvalidInput) -> Literal {
    let tag = scalar.tag.rawValue
    if tag == Tag.Name.str.rawValue || tag == Tag.Name.nonSpecific.rawValue {
      return .string(scalar.string)
    }
    let literal: Literal
    do {
      literal =
        try scalar.style == .plain ? PlainScalar.resolve(scalar.string) : .string(scalar.string)
    } catch {
      throw InvalidInput(
        "the integer '\(scalar.string)' does not fit into 64 bits", at: location(scalar.mark))
    }
    switch (tag, literal) {
    case (Tag.Name.implicit.rawValue, _), (Tag.Name.int.rawValue, .integer),
      (Tag.Name.float.rawValue, .real), (Tag.Name.bool.rawValue, .bool),
      (Tag.Name.null.rawValue, .none):
      return literal
    case (Tag.Name.float.rawValue, .integer(let value)): return .real(Double(value))
    default:
      throw InvalidInput(
        "the tag '\(tag)' does not fit the value '\(scalar.string)'", at: location(scalar.mark))
    }
  }
}

// MARK: - Places and errors

extension YAMLReader {
  private func location(_ mark: Mark?) -> SourceLocation {
    SourceLocation(file: path, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func diagnostic(_ error: any Error) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, let yaml),
      .parser(let context, let problem, let mark, let yaml),
      .composer(let context, let problem, let mark, let yaml):
      let around = context.map { "\($0.text.trimmingSuffix) " } ?? ""
      return Diagnostic(
        .error, at: location(mark), "no valid YAML: \(around)\(problem)\(hint(mark, yaml))")
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0).split(
        omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      return Diagnostic(
        .error,
        at: SourceLocation(
          file: path, line: max(before.count, 1), column: (before.last?.count ?? 0) + 1),
        "'\(path)' is no text file: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      return Diagnostic(
        .error, at: location(context.mark), "\(names) is given twice; remove one of them")
    default:
      return Diagnostic(.error, at: location(nil), "'\(path)' cannot be read as YAML")
    }
  }

  /// Explains a bracket that is not closed. The usual reason is an unquoted half-open interval.
  private func hint(_ mark: Mark, _ yaml: String) -> String {
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let near = lines.prefix(mark.line).suffix(2)
    return near.contains { $0.contains("inf)") || $0.contains("(") }
      ? "; quote intervals, as in '[0,inf)'" : ""
  }

  /// Estimates the nesting from the brackets and from the indentation and indicators of each line.
  ///
  /// The YAML library recurses once for each level, so that deep nesting would overflow the stack.
  private func isNestedTooDeeply(_ text: String) -> Bool {
    var brackets = 0
    var deepest = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
      default: continue
      }
      deepest = max(deepest, brackets)
    }
    let indentation = text.utf8.split(separator: UInt8(ascii: "\n")).lazy.map { line in
      line.prefix { " -?:\t".utf8.contains($0) }.count
    }.max()
    return deepest > Self.maximumDepth || indentation ?? 0 > 4 * Self.maximumDepth
  }
}

extension String {
  /// The string without the blanks at its end. The context of some libyaml errors ends with blanks.
  fileprivate var trimmingSuffix: Substring {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
