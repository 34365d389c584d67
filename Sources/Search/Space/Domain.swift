import Literals

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The values that a parameter can take.
package enum Domain: Hashable, Sendable {
  /// The values in the order of the file; never empty, no two of them equal.
  case choice([Literal])
  /// Reals in [low, high].
  case uniform(low: Double, high: Double)
  /// The multiples k·step that rounding a uniform draw of [low, high] to the nearest multiple can
  /// give. As in hyperopt they may lie up to half a step outside of the bounds.
  case quniform(low: Double, high: Double, step: Double)
  /// exp(u) for u uniform in [low, high]: the bounds are natural logarithms.
  case loguniform(low: Double, high: Double)
}

extension Domain {
  /// The number of values; nil for a continuous domain.
  package var count: Int? {
    switch self {
    case .choice(let values): values.count
    case .quniform(let low, let high, let step):
      Self.multiples(low: low, high: high, step: step)?.count
    case .uniform, .loguniform: nil
    }
  }

  /// The value at an index below `count`; None for a continuous domain, which has no indices.
  package func value(at index: Int) -> Literal {
    switch self {
    case .choice(let values): values[index]
    case .quniform(let low, let high, let step):
      Self.multiples(low: low, high: high, step: step)
        .map { Self.multiple($0.lowerBound + index, of: step) } ?? .none
    case .uniform, .loguniform: .none
    }
  }

  /// The smallest and the largest value of a numeric domain.
  package var bounds: (low: Double, high: Double)? {
    switch self {
    case .choice: return nil
    case .uniform(let low, let high): return (low, high)
    case .loguniform(let low, let high): return (exponential(low), exponential(high))
    case .quniform(let low, let high, let step):
      guard let range = Self.multiples(low: low, high: high, step: step) else { return nil }
      return (Double(range.lowerBound) * step, Double(range.upperBound) * step)
    }
  }

  /// The index of a value; nil if the domain has no such value, or no indices.
  package func index(of value: Literal) -> Int? {
    switch self {
    case .choice(let values):
      return values.firstIndex(of: value)
    case .quniform(let low, let high, let step):
      guard let range = Self.multiples(low: low, high: high, step: step),
        let number = value.number
      else { return nil }
      let factor = (number / step).rounded()
      guard abs(factor) <= Self.largestMultiple, range.contains(Int(factor)),
        Self.multiple(Int(factor), of: step) == value
      else { return nil }
      return Int(factor) - range.lowerBound
    case .uniform, .loguniform:
      return nil
    }
  }

  /// True if the parameter can take the value.
  package func contains(_ value: Literal) -> Bool {
    if count != nil { return index(of: value) != nil }
    guard let bounds, case .real(let number) = value else { return false }
    return (bounds.low...bounds.high).contains(number)
  }

  /// All values of the domain if there are no more than `limit`; else its two extremes.
  package func samples(atMost limit: Int) -> [Literal] {
    if let count {
      let indices = count <= limit ? Array(0..<count) : [0, count - 1]
      return indices.map(value(at:))
    }
    return bounds.map { [.real($0.low), .real($0.high)] } ?? []
  }

  /// The word for this kind of domain in `hyper.test`.
  package var kind: Kind {
    switch self {
    case .choice: .choice
    case .uniform: .uniform
    case .quniform: .quniform
    case .loguniform: .loguniform
    }
  }

  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case choice, uniform, quniform, loguniform
  }

  /// Multiples beyond this could not be told apart as floats.
  static let largestMultiple = 9_007_199_254_740_992.0

  /// The factors k of a quniform; nil where there are none or too many to count.
  ///
  /// The nearest multiple of a draw u is k·step exactly while u lies within half a step of it, so k
  /// counts where that interval overlaps [low, high] in more than a point.
  static func multiples(low: Double, high: Double, step: Double) -> ClosedRange<Int>? {
    let first = (low / step + 0.5).rounded(.down)
    let last = (high / step - 0.5).rounded(.up)
    guard abs(first) <= largestMultiple, abs(last) <= largestMultiple, first <= last else {
      return nil
    }
    return Int(first)...Int(last)
  }

  /// k·step: an integer where the step is integral, so that `interest_size quniform 2,16,2` searches
  /// 2, 4, … and not 2.0, 4.0, … as hyperopt does.
  static func multiple(_ factor: Int, of step: Double) -> Literal {
    if let integer = Int(exactly: step) {
      let (product, overflow) = factor.multipliedReportingOverflow(by: integer)
      if !overflow { return .integer(product) }
    }
    return .real(Double(factor) * step)
  }
}

extension Domain: CustomStringConvertible {
  /// The fields after the name in `hyper.test`: `choice [4, 8]`, `uniform 0.05,1.0`.
  package var description: String {
    switch self {
    case .choice(let values): "choice \(Literal.list(values))"
    case .uniform(let low, let high): "uniform \(low),\(high)"
    case .quniform(let low, let high, let step): "quniform \(low),\(high),\(step)"
    case .loguniform(let low, let high): "loguniform \(low),\(high)"
    }
  }
}

/// e to the power x, from the platform's libm: the only thing this target takes from outside.
func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm.
func naturalLogarithm(_ x: Double) -> Double { log(x) }
