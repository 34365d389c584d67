import Literals

extension Domain {
  /// The most values that are looked at from either end.
  private static let mostLooks = 10_000

  /// Returns the largest part of the domain whose ends are usable, in a spelling that a user would choose;
  /// nil if it is not easily found. Of a `choice` there is none.
  ///
  /// The part of an interval of reals begins at 0, or at a small power of ten if 0 is not usable.
  package func restricted(to isUsable: (Literal) -> Bool) -> Domain? {
    switch self {
    case .choice, .loguniform: return nil
    case .uniform(let low, let high):
      guard isUsable(.real(high)) else { return nil }
      let starts = [low, 0, Self.powerOfTen(below: high / 100)]
      return starts.first { (low...high).contains($0) && $0 < high && isUsable(.real($0)) }
        .map { .uniform(low: $0, high: high) }
    case .quniform(_, _, let step):
      guard let count else { return nil }
      let looks = 0..<min(count, Self.mostLooks)
      guard let first = looks.first(where: { isUsable(value(at: $0)) }),
        let last = looks.first(where: { isUsable(value(at: count - 1 - $0)) }),
        let low = value(at: first).number, let high = value(at: count - 1 - last).number, low < high
      else { return nil }
      return .quniform(low: Self.rounded(low), high: Self.rounded(high), step: step)
    }
  }

  /// Returns the largest power of ten that is at most a number; 0 if the number is not positive.
  private static func powerOfTen(below number: Double) -> Double {
    guard number > 0, number.isFinite else { return 0 }
    var power = 1.0
    while power > number, power > 0 { power /= 10 }
    while power * 10 <= number { power *= 10 }
    return rounded(power)
  }

  /// The domain as a user would write it: `quniform 4,16,4`. Unlike the description it is no canonical text.
  package var spelling: String {
    func spelled(_ value: Double) -> String { "\(Self.spelled(value, step: 1))" }
    return switch self {
    case .choice: description
    case .uniform(let low, let high), .loguniform(let low, let high):
      "\(kind.rawValue) \(spelled(low)),\(spelled(high))"
    case .quniform(let low, let high, let step):
      "\(kind.rawValue) \(spelled(low)),\(spelled(high)),\(spelled(step))"
    }
  }

  /// Returns a number of a quniform as a user would write it: an integer if the step is one.
  static func spelled(_ value: Double, step: Double) -> Literal {
    let value = rounded(value)
    if step == step.rounded(), let integer = Int(exactly: value) { return .integer(integer) }
    return .real(value)
  }

  /// Returns a number without the digits that stem from rounding errors: 0.9 for 0.8999999999999999.
  ///
  /// - Parameter digits: The number of significant digits that are kept.
  static func rounded(_ value: Double, digits: Int = 12) -> Double {
    guard value != 0, value.isFinite else { return value }
    var least = 1.0
    for _ in 1..<digits { least *= 10 }
    // Powers of ten up to 1e22 are exact.
    var scale = 1.0
    while abs(value) * scale < least, scale < 1e22 { scale *= 10 }
    let result = (value * scale).rounded() / scale
    return result.isFinite && result != 0 ? result : value
  }
}
