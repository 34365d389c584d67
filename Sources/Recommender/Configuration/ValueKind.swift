import Literals

/// A kind of value that configuration keys take: its name, and how to read, check and write it.
///
///     let size = ValueKind.integer(1...65_536)
///     try size.read(.integer(3))  // 3
///     size.problem(.real(4))      // "takes an integer from 1 to 65536, found 4.0"
///     size.write(3)               // .integer(3)
struct ValueKind<Value>: Sendable {
  /// Completes "'epochs' takes …": `an integer of at least 1`.
  let phrase: String
  /// True if a value is any real number of an interval, so that a search can draw from the interval.
  let isContinuous: Bool
  /// Converts a literal to a value, or says why the literal cannot be used.
  let read: @Sendable (Literal) throws(ValueProblem) -> Value
  /// Converts a value to the literal from which `read` makes the same value.
  let write: @Sendable (Value) -> Literal
  /// Brings a literal into the form in which RecBole uses it. The function is nil if RecBole uses
  /// literals as they are.
  let resolve: (@Sendable (Literal) -> Literal)?

  init(
    _ phrase: String, isContinuous: Bool = false,
    read: @escaping @Sendable (Literal) throws(ValueProblem) -> Value,
    write: @escaping @Sendable (Value) -> Literal,
    resolve: (@Sendable (Literal) -> Literal)? = nil
  ) {
    self.phrase = phrase
    self.isContinuous = isContinuous
    self.read = read
    self.write = write
    self.resolve = resolve
  }

  /// Makes a kind with one rule. `convert` returns nil for a literal that breaks the rule.
  init(
    _ phrase: String, isContinuous: Bool = false,
    convert: @escaping @Sendable (Literal) -> Value?,
    write: @escaping @Sendable (Value) -> Literal
  ) {
    self.init(
      phrase, isContinuous: isContinuous,
      read: { literal throws(ValueProblem) in
        guard let value = convert(literal) else {
          throw .otherKind("found \(literal.excerpt)\(literal.correction)")
        }
        return value
      }, write: write)
  }

  /// Explains what is wrong with a literal, and completes "'epochs' …". The result is nil if the
  /// literal can be used.
  func problem(_ literal: Literal) -> String? {
    do {
      _ = try read(literal)
      return nil
    } catch {
      return message(of: error)
    }
  }

  /// Reads a part of a larger value. The error names the part: "with 'max_norm' takes …".
  func read(part: Literal, named name: String? = nil) throws(ValueProblem) -> Value {
    do {
      return try read(part)
    } catch {
      throw .rule((name.map { "with '\($0)' " } ?? "") + message(of: error))
    }
  }

  private func message(of problem: ValueProblem) -> String {
    switch problem {
    case .otherKind(let found): "takes \(phrase), \(found)"
    case .rule(let message): message
    }
  }
}

/// The reason why a literal cannot be used as a value of a kind.
enum ValueProblem: Error {
  /// The literal has another kind. The text completes "takes an integer, …": `found 'three'`.
  case otherKind(String)
  /// The literal breaks a rule. The text completes "'topk' …": `takes a list, found an empty list`.
  case rule(String)
}

// MARK: - Scalars

extension ValueKind where Value == Bool {
  static let bool = ValueKind(
    "True or False", convert: { if case .bool(let value) = $0 { value } else { nil } },
    write: Literal.bool)
}

extension ValueKind where Value == String {
  /// A string that is not empty.
  static let text = ValueKind(
    "a string",
    convert: { literal in
      if case .string(let text) = literal, !text.isEmpty { text } else { nil }
    }, write: Literal.string)
}

extension ValueKind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> ValueKind {
    let phrase =
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): "an integer"
      case (let low, .max): "an integer of at least \(low)"
      case (let low, let high): "an integer from \(low) to \(high)"
      }
    return ValueKind(
      phrase,
      convert: { literal in
        if case .integer(let number) = literal, range.contains(number) { number } else { nil }
      }, write: Literal.integer)
  }
}

extension ValueKind where Value == Double {
  /// A finite real above 0.
  static let positive = real("a number above 0") { $0 > 0 }

  /// A finite real of at least 0.
  static let nonNegative = real("a number of at least 0") { $0 >= 0 }

  private static func real(
    _ phrase: String, isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> ValueKind {
    ValueKind(
      phrase, isContinuous: true,
      convert: { literal in
        literal.number.flatMap { $0.isFinite && isAllowed($0) ? $0 : nil }
      }, write: Literal.real)
  }
}

extension ValueKind
where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the raw values of an enum, in exactly this spelling.
  static var word: ValueKind {
    let words = Value.allCases.map(\.rawValue)
    return ValueKind(
      "one of " + words.map { "'\($0)'" }.joined(separator: ", "),
      read: { literal throws(ValueProblem) in
        guard case .string(let text) = literal else { throw .otherKind("found \(literal.excerpt)") }
        guard let value = Value(rawValue: text) else {
          throw .otherKind(
            "found \(text.quotedExcerpt)" + Suggestion.phrase(for: text, among: words))
        }
        return value
      }, write: { .string($0.rawValue) })
  }
}

// MARK: - Combinations

extension ValueKind {
  /// None, or a value of a kind.
  static func optional<Wrapped>(_ kind: ValueKind<Wrapped>) -> ValueKind where Value == Wrapped? {
    ValueKind(
      "None or \(kind.phrase)",
      read: { literal throws(ValueProblem) in literal == .none ? nil : try kind.read(literal) },
      write: { $0.map(kind.write) ?? .none })
  }

  /// A value of a kind, and None for one of the values.
  static func optional(_ kind: ValueKind, none value: Value) -> ValueKind where Value: Sendable {
    ValueKind(
      "None or \(kind.phrase)",
      read: { literal throws(ValueProblem) in literal == .none ? value : try kind.read(literal) },
      write: kind.write)
  }

  /// A list, or one element without brackets. A repeated element counts once.
  ///
  /// - Parameter keepsTuples: true if RecBole does not turn a tuple into a list.
  static func list<Element: Hashable & Sendable>(
    of kind: ValueKind<Element>, keepsTuples: Bool = false
  ) -> ValueKind where Value == [Element] {
    let phrase = "\(kind.phrase) or a list of such"
    return ValueKind(
      phrase,
      read: { literal throws(ValueProblem) in
        let literals = literal.elements ?? [literal]
        guard !literals.isEmpty else { throw .otherKind("found an empty list") }
        var elements: [Element] = []
        var seen: Set<Element> = []
        for literal in literals {
          let element = try kind.read(part: literal)
          if seen.insert(element).inserted { elements.append(element) }
        }
        return elements
      }, write: { .list($0.map(kind.write)) },
      resolve: { literal in
        if keepsTuples, case .tuple = literal { return literal }
        return .list(literal.elements ?? [literal])
      })
  }
}

extension ValueKind where Value == [String] {
  /// A list of strings that are not empty. An empty list is written as None.
  static let names = ValueKind(
    "a list of names",
    convert: { literal in
      guard let elements = literal.elements else { return nil }
      let names = elements.compactMap { try? ValueKind<String>.text.read($0) }
      return names.count == elements.count ? names : nil
    }, write: { $0.isEmpty ? .none : .list($0.map(Literal.string)) })
}

// MARK: - Literals

extension Literal {
  /// The end of a message, which says how the literal most likely has to change.
  fileprivate var correction: String {
    guard case .string(let text) = self else { return "" }
    let arithmetic = text.contains { "+-*/".contains($0) } && text.first?.isNumber == true
    guard let literal = try? Literal(parsing: text) else {
      return arithmetic ? "; expressions are not evaluated" : ""
    }
    switch literal {
    case .none: return "; a YAML file writes None as ~"
    case .integer, .real: return "; write it without quotes"
    default: return ""
    }
  }
}

extension [String: Literal] {
  /// Refuses an unknown entry.
  func refuseEntries(besides known: [String]) throws(ValueProblem) {
    guard let name = keys.sorted().first(where: { !known.contains($0) }) else { return }
    throw .rule("has no entry \(name.quotedExcerpt)" + Suggestion.phrase(for: name, among: known))
  }
}
