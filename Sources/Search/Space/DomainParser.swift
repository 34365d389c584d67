import Literals

/// Reads the values of one line of `hyper.test`, and checks them against the type of the line.
struct DomainParser {
  private typealias Number = (value: Double, place: SourceLocation)

  /// The text behind the type, without a comment.
  let text: String
  let location: SourceLocation
  /// The values of a `choice` with their places; empty for any other type.
  private(set) var choices: [LocatedLiteral] = []
  private(set) var errors = DiagnosticList(limit: 50)
  private(set) var warnings: [Diagnostic] = []

  init(text: String, location: SourceLocation) {
    self.text = text
    self.location = location
  }

  /// Returns the domain; nil if there are errors, which `errors` then holds.
  mutating func parse(_ kind: Domain.Kind) -> Domain? {
    switch kind {
    case .choice: return parseChoice()
    case .uniform:
      guard let bounds = parseBounds(kind, form: "low,high") else { return nil }
      return .uniform(low: bounds[0].value, high: bounds[1].value)
    case .loguniform:
      guard let bounds = parseBounds(kind, form: "low,high") else { return nil }
      return checkLogarithms(low: bounds[0].value, high: bounds[1].value)
    case .quniform:
      guard let bounds = parseBounds(kind, form: "low,high,step") else { return nil }
      return checkStep(bounds[2], low: bounds[0].value, high: bounds[1].value)
    }
  }

  private mutating func parseChoice() -> Domain? {
    let list: LocatedLiteral
    do {
      list = try LocatedLiteral(parsing: text, at: location)
    } catch {
      errors.append(error.diagnostic)
      return nil
    }
    guard list.value.elements != nil else {
      report(
        "'choice' takes a list, found \(list.value.excerpt); write [\(list.value.excerpt)]",
        at: location)
      return nil
    }
    guard !list.elements.isEmpty else {
      report("'choice' needs at least one value, found an empty list", at: location)
      return nil
    }
    var seen: [Literal: LocatedLiteral] = [:]
    for element in list.elements {
      guard let first = seen[element.value.canonical] else {
        seen[element.value.canonical] = element
        continue
      }
      let same = first.value == element.value ? "" : ", which equals \(first.value.excerpt),"
      report(
        "the value \(element.value.excerpt)\(same) is given twice, first in column "
          + "\(first.location.column)", at: element.location)
    }
    guard errors.isEmpty else { return nil }
    choices = list.elements
    return .choice(choices.map(\.value))
  }

  /// Reads the numbers between commas. The first two are bounds, of which the lower one comes first.
  private mutating func parseBounds(_ kind: Domain.Kind, form: String) -> [Number]? {
    let wanted = form.split(separator: ",").count
    var numbers: [Number] = []
    var column = location.column
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == wanted else {
      report(
        "'\(kind.rawValue)' takes \(wanted) numbers '\(form)', found \(parts.count) in "
          + text.quotedExcerpt, at: location)
      return nil
    }
    for part in parts {
      let start = column + part.prefix(while: \.isWhitespace).count
      let place = SourceLocation(file: location.file, line: location.line, column: start)
      column += part.count + 1
      let spelling = part.trimmed
      guard let value = (try? Literal(parsing: spelling))?.number else {
        report(explain(spelling, kind: kind, form: form), at: place)
        continue
      }
      numbers.append((value, place))
    }
    guard numbers.count == wanted else { return nil }
    let (low, high) = (numbers[0].value, numbers[1].value)
    guard low < high else {
      let fix = low == high ? "use 'choice' for a single value" : "exchange the two"
      report(
        "the lower bound must be below the upper one, found \(low) and \(high); \(fix)",
        at: numbers[0].place)
      return nil
    }
    return numbers
  }

  private func explain(_ spelling: String, kind: Domain.Kind, form: String) -> String {
    let bare = spelling.lowercased().drop { "+-".contains($0) }
    if ["inf", "infinity", "nan"].contains(String(bare)) {
      return "the bounds of '\(kind.rawValue)' must be finite, found \(spelling.quotedExcerpt)"
    }
    if let first = spelling.first, "[(".contains(first) {
      return "'\(kind.rawValue)' takes plain numbers '\(form)' without brackets"
    }
    return "'\(kind.rawValue)' takes numbers '\(form)', found \(spelling.quotedExcerpt)"
  }

  private mutating func checkStep(_ step: Number, low: Double, high: Double) -> Domain? {
    guard step.value > 0 else {
      report("the step of 'quniform' must be above 0, found \(step.value)", at: step.place)
      return nil
    }
    let domain = Domain.quniform(low: low, high: high, step: step.value)
    guard domain.count != nil, let bounds = domain.bounds, bounds.high.isFinite,
      bounds.low.isFinite
    else {
      report(
        "the step \(step.value) of 'quniform' does not fit its bounds \(low) and \(high)",
        at: step.place)
      return nil
    }
    warnBeyondBounds(low: low, high: high, step: step.value, bounds)
    return domain
  }

  /// Warns if the first or the last multiple of the step lies outside the bounds, by more than a rounding
  /// error.
  private mutating func warnBeyondBounds(
    low: Double, high: Double, step: Double, _ values: (low: Double, high: Double)
  ) {
    let tolerance = 8 * max(abs(low), abs(high), step).ulp
    let isBelow = values.low < low - tolerance
    let isAbove = values.high > high + tolerance
    guard isBelow || isAbove else { return }
    func shown(_ value: Double) -> String { "\(Domain.spelled(value, step: step))" }
    // A multiple lies outside by less than a step.
    let first = isBelow ? values.low + step : values.low
    let last = isAbove ? values.high - step : values.high
    let advice =
      if first > last + tolerance {
        "no multiple lies between them"
      } else if last - first < step / 2 {
        "for the only one between them write 'choice [\(shown(first))]'"
      } else {
        "to stay between them write '\(shown(first)),\(shown(last)),\(shown(step))'"
      }
    let found =
      values.low == values.high
      ? "the only value is \(shown(values.low))"
      : "the values lie between \(shown(values.low)) and \(shown(values.high))"
    warnings.append(
      Diagnostic(
        .warning, at: location,
        "'quniform' searches multiples of the step, as hyperopt does: \(found), beyond the bounds "
          + "\(shown(low)) and \(shown(high)); \(advice)"))
  }

  private mutating func checkLogarithms(low: Double, high: Double) -> Domain? {
    let (smallest, largest) = (exponential(low), exponential(high))
    guard largest.isFinite, smallest > 0 else {
      report(
        "the bounds of 'loguniform' are natural logarithms, and exp(\(low)) … exp(\(high)) "
          + "does not fit a float", at: location)
      return nil
    }
    // A common mistake in files for RecBole: the values themselves instead of their logarithms, so
    // that 0.0001,0.1 searches 1.0001 … 1.1.
    if low > 0 {
      warnings.append(
        Diagnostic(
          .warning, at: location,
          "the bounds of 'loguniform' are natural logarithms: the values lie between "
            + "\(rounded(smallest)) and \(rounded(largest)); for \(low) to \(high) write "
            + "'\(rounded(naturalLogarithm(low))),\(rounded(naturalLogarithm(high)))'"))
    }
    return .loguniform(low: low, high: high)
  }

  /// Returns the value with five significant digits, enough to recognise a bound.
  private func rounded(_ value: Double) -> Double { Domain.rounded(value, digits: 5) }

  private mutating func report(_ message: String, at location: SourceLocation) {
    errors.append(Diagnostic(.error, at: location, message))
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let head = drop(while: \.isWhitespace)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(head[...last])
  }
}
