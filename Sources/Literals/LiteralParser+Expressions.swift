extension LiteralParser {
  /// Refuses text that would continue the value in Python: operators, calls, adjacent strings.
  mutating func rejectContinuation(
    of value: LocatedLiteral, from startPosition: Int
  ) throws(LiteralError) {
    guard let next = current, !",:])}".contains(next) else { return }
    if "'\"0123456789".contains(next) {
      throw error("a comma is missing before '\(next)'")
    }
    guard "+-*/%@&|^<>=!~.([".contains(next) || next.isLetter else {
      throw error("unexpected '\(next)' after the value")
    }
    let operation = readOperator()
    skipBlanks()
    var result: Literal?
    if let digit = current, digit.isASCIIDigit || "+-.".contains(digit), !operation.isEmpty,
      let right = try? parseNumber()
    {
      skipBlanks()
      if current.map({ ",])}".contains($0) }) ?? true {
        result = arithmetic(value.value, operation, right)
      }
    }
    let expression = text(from: startPosition).trimmingBlanks()
    let advice = result.map { "write the value \($0)" } ?? "write the value itself"
    throw error(
      "expressions such as \(expression.quotedExcerpt) are not evaluated; \(advice)",
      at: value.location)
  }

  private mutating func readOperator() -> String {
    let start = position
    while let character = current, "+-*/%".contains(character), position - start < 2 {
      // The second character counts only if it repeats the first: ** and //.
      if position > start, character != peek(-1) || character == "%" { break }
      advance()
    }
    return text(from: start)
  }
}

extension String {
  func trimmingBlanks() -> String {
    let trimmed = drop(while: \.isWhitespace)
    guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(trimmed[...last])
  }
}

/// The value of a simple expression of two numbers, for the advice in an error message.
private func arithmetic(_ left: Literal, _ operation: String, _ right: Literal) -> Literal? {
  if case .integer(let a) = left, case .integer(let b) = right {
    let (value, overflow): (Int, Bool)
    switch operation {
    case "+": (value, overflow) = a.addingReportingOverflow(b)
    case "-": (value, overflow) = a.subtractingReportingOverflow(b)
    case "*": (value, overflow) = a.multipliedReportingOverflow(by: b)
    case "**": return power(a, b)
    case "/": return b == 0 ? nil : .real(Double(a) / Double(b))
    default: return nil
    }
    return overflow ? nil : .integer(value)
  }
  guard let a = left.number, let b = right.number else { return nil }
  let value: Double
  switch operation {
  case "+": value = a + b
  case "-": value = a - b
  case "*": value = a * b
  case "/": value = a / b
  default: return nil
  }
  return value.isFinite ? .real(value) : nil
}

private func power(_ base: Int, _ exponent: Int) -> Literal? {
  guard (-64...64).contains(exponent) else { return nil }
  var product = 1
  for _ in 0..<abs(exponent) {
    let (next, overflow) = product.multipliedReportingOverflow(by: base)
    guard !overflow else { return nil }
    product = next
  }
  if exponent >= 0 { return .integer(product) }
  return product == 0 ? nil : .real(1 / Double(product))
}
