import Literals

/// A union of intervals in RecBole's notation: `[3,inf)`, `(1,2];[4,5)`.
package struct IntervalSet: Hashable, Sendable {
  package struct Interval: Hashable, Sendable {
    package var lower: Double
    package var lowerIsClosed: Bool
    package var upper: Double
    package var upperIsClosed: Bool

    package init(lower: Double, lowerIsClosed: Bool, upper: Double, upperIsClosed: Bool) {
      self.lower = lower
      self.lowerIsClosed = lowerIsClosed
      self.upper = upper
      self.upperIsClosed = upperIsClosed
    }

    package func contains(_ value: Double) -> Bool {
      (value > lower || (lowerIsClosed && value == lower))
        && (value < upper || (upperIsClosed && value == upper))
    }
  }

  package var intervals: [Interval]

  package init(_ intervals: [Interval]) {
    self.intervals = intervals
  }

  /// True if one of the intervals contains the value. NaN is in no interval.
  package func contains(_ value: Double) -> Bool {
    intervals.contains { $0.contains(value) }
  }
}

extension IntervalSet: CustomStringConvertible {
  /// The intervals in RecBole's notation: `[3.0,inf);(0.0,1.0]`.
  package var description: String {
    intervals.map { interval in
      (interval.lowerIsClosed ? "[" : "(") + "\(interval.lower),\(interval.upper)"
        + (interval.upperIsClosed ? "]" : ")")
    }.joined(separator: ";")
  }
}

extension ValueKind where Value == IntervalSet {
  /// A text in RecBole's notation.
  ///
  /// A list or a tuple of two numbers is the interval that it looks like, as in RecBole.
  static let interval = ValueKind(
    "an interval such as '[5,inf)'",
    read: { literal throws(ValueProblem) in
      let text = if case .string(let text) = literal { text } else { literal.description }
      var intervals: [IntervalSet.Interval] = []
      for part in text.split(separator: ";", omittingEmptySubsequences: false) {
        intervals.append(try IntervalSet.Interval(part, of: literal))
      }
      return IntervalSet(intervals)
    }, write: { .string($0.description) })
}

extension IntervalSet.Interval {
  /// Reads one part of a literal. Semicolons separate the parts.
  fileprivate init(_ part: Substring, of literal: Literal) throws(ValueProblem) {
    let letters = part.filter { !$0.isWhitespace }
    guard let opening = letters.first, let closing = letters.last, letters.count > 2 else {
      throw .otherKind("found \(literal.excerpt)")
    }
    guard "[(".contains(opening), "])".contains(closing) else {
      throw .otherKind("found \(literal.excerpt); it begins with [ or ( and ends with ] or )")
    }
    let ends = letters.dropFirst().dropLast().split(
      separator: ",", omittingEmptySubsequences: false
    ).map { Double($0) }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1], !lower.isNaN, !upper.isNaN
    else {
      throw .otherKind("found \(literal.excerpt); it has two numbers or 'inf' with a comma between")
    }
    guard lower <= upper else {
      throw .otherKind("found \(literal.excerpt); the lower end is above the upper one")
    }
    self.init(
      lower: lower, lowerIsClosed: opening == "[", upper: upper, upperIsClosed: closing == "]")
  }
}
