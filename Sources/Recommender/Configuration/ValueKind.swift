import Literals

/// What a configuration key takes, and how to say so.
struct ValueKind: Sendable {
  /// Completes "'epochs' takes …": `an integer of at least 1`.
  let phrase: String
  /// True for keys that take any real of an interval, so that they can be drawn from one.
  let isContinuous: Bool
  /// What is wrong with a value, completing "'epochs' …"; nil for a value that can be used.
  let problem: @Sendable (Literal) -> String?

  init(
    _ phrase: String, isContinuous: Bool = false,
    problem: @escaping @Sendable (Literal) -> String?
  ) {
    self.phrase = phrase
    self.isContinuous = isContinuous
    self.problem = problem
  }

  /// A kind whose only rule is a condition.
  init(
    _ phrase: String, isContinuous: Bool = false,
    accepts: @escaping @Sendable (Literal) -> Bool
  ) {
    self.init(phrase, isContinuous: isContinuous) { value in
      accepts(value) ? nil : "takes \(phrase), found \(value)\(Self.hint(for: value))"
    }
  }

  /// What a user who wrote a value of the wrong kind most likely has to change.
  private static func hint(for value: Literal) -> String {
    guard case .string(let text) = value else { return "" }
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

// MARK: - Scalars

extension ValueKind {
  static let any = ValueKind("any value", accepts: { _ in true })

  static let bool = ValueKind("True or False") { value in
    if case .bool = value { true } else { false }
  }

  /// A string that is not empty.
  static let text = ValueKind("a string") { value in
    if case .string(let text) = value { !text.isEmpty } else { false }
  }

  static func integer(_ range: ClosedRange<Int>) -> ValueKind {
    let phrase =
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): "an integer"
      case (let low, .max): "an integer of at least \(low)"
      case (let low, let high): "an integer from \(low) to \(high)"
      }
    return ValueKind(phrase) { value in
      if case .integer(let number) = value { range.contains(number) } else { false }
    }
  }

  /// A finite real above 0.
  static let positive = ValueKind("a number above 0", isContinuous: true) { value in
    value.number.map { $0 > 0 && $0.isFinite } ?? false
  }

  /// A finite real of at least 0.
  static let nonNegative = ValueKind("a number of at least 0", isContinuous: true) { value in
    value.number.map { $0 >= 0 && $0.isFinite } ?? false
  }

  /// One of a few words, as they are written.
  static func word(_ words: [String]) -> ValueKind {
    let list = words.map { "'\($0)'" }.joined(separator: ", ")
    return ValueKind("one of \(list)") { value in
      if case .string(let text) = value {
        if words.contains(text) { return nil }
        return "takes one of \(list), found '\(text)'"
          + Suggestion.phrase(for: text, among: words)
      }
      return "takes one of \(list), found \(value)"
    }
  }
}

// MARK: - Combinations

extension ValueKind {
  static func optional(_ kind: ValueKind) -> ValueKind {
    ValueKind("None or \(kind.phrase)") { value in
      if value == .none { return nil }
      return kind.problem(value).map { problem in
        problem.replacingFirst("takes \(kind.phrase)", with: "takes None or \(kind.phrase)")
      }
    }
  }

  /// A list, or one element without the list around it.
  static func list(of kind: ValueKind) -> ValueKind {
    let phrase = "\(kind.phrase) or a list of such"
    return ValueKind(phrase) { value in
      guard let elements = value.elements else { return kind.problem(value) }
      guard !elements.isEmpty else { return "takes \(phrase), found an empty list" }
      return elements.lazy.compactMap { kind.problem($0) }.first
    }
  }

  static let names = ValueKind("a list of names") { value in
    value.elements?.allSatisfy { ValueKind.text.problem($0) == nil } ?? false
  }

  /// A key of which only some values are supported, because others would change the numbers.
  static func only(_ supported: [Literal], because reason: String) -> ValueKind {
    let list = supported.map(\.description).joined(separator: " or ")
    return ValueKind(list) { value in
      supported.contains(value) ? nil : "\(value) is not supported: \(reason); leave it \(list)"
    }
  }
}

extension String {
  /// Replaces the beginning of the string where it is the given one.
  fileprivate func replacingFirst(_ prefix: String, with replacement: String) -> String {
    hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
  }
}
