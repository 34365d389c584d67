import Literals

extension IntervalSet {
  /// Reads RecBole's notation, such as `[3,inf)` or `(1,2];[4,5)`; a list or a tuple of two numbers
  /// is the interval that it looks like, as in RecBole. Nil for anything else.
  package init?(_ value: Literal) {
    guard Self.problem(in: value) == nil else { return nil }
    self.init(Self.parts(of: value).compactMap { try? Self.parse($0).get() })
  }

  /// What is wrong with an interval, completing "'user_inter_num_interval' …"; nil where it is one.
  static func problem(in value: Literal) -> String? {
    for part in parts(of: value) {
      if case .failure(let problem) = parse(part) {
        return "takes an interval such as '[5,inf)', found \(value)\(problem.message)"
      }
    }
    return nil
  }

  private struct Problem: Error {
    let message: String
  }

  private static func parts(of value: Literal) -> [String] {
    let text = if case .string(let text) = value { text } else { value.description }
    return text.split(separator: ";", omittingEmptySubsequences: false).map { String($0) }
  }

  private static func parse(_ text: String) -> Result<Interval, Problem> {
    let letters = text.filter { !$0.isWhitespace }
    guard let opening = letters.first, let closing = letters.last, letters.count > 2 else {
      return .failure(Problem(message: ""))
    }
    guard "[(".contains(opening), "])".contains(closing) else {
      return .failure(Problem(message: "; it begins with [ or ( and ends with ] or )"))
    }
    let ends = letters.dropFirst().dropLast().split(
      separator: ",", omittingEmptySubsequences: false
    ).map { Double($0) }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1], !lower.isNaN, !upper.isNaN
    else { return .failure(Problem(message: "; it has two numbers or 'inf' with a comma between")) }
    guard lower <= upper else {
      return .failure(Problem(message: "; the lower end is above the upper one"))
    }
    return .success(
      Interval(
        lower: lower, lowerIsClosed: opening == "[", upper: upper, upperIsClosed: closing == "]"))
  }
}

extension IntervalSet: CustomStringConvertible {
  /// RecBole's notation: `[3.0,inf);(0.0,1.0]`.
  package var description: String {
    intervals.map { interval in
      (interval.lowerIsClosed ? "[" : "(") + "\(interval.lower),\(interval.upper)"
        + (interval.upperIsClosed ? "]" : ")")
    }.joined(separator: ";")
  }
}
