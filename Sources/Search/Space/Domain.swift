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
  /// The listed values, in the order of the file. There is at least one, and no two are equal.
  case choice([Literal])
  /// All reals in [low, high].
  case uniform(low: Double, high: Double)
  /// Multiples of a step: a uniform draw from [low, high], rounded to the nearest multiple. As in
  /// hyperopt, a multiple may lie up to half a step outside of the bounds.
  case quniform(low: Double, high: Double, step: Double)
  /// exp(u) for a uniform draw u from [low, high]: the bounds are natural logarithms.
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

  /// Returns the value at an index below `count`. A continuous domain has no indices and returns `.none`.
  package func value(at index: Int) -> Literal {
    switch self {
    case .choice(let values): values[index]
    case .quniform(let low, let high, let step):
      Self.multiples(low: low, high: high, step: step)
        .map { Self.multiple($0.lowerBound + index, of: step) } ?? .none
    case .uniform, .loguniform: .none
    }
  }

  /// The smallest and the largest value; nil for a `choice`.
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

  /// Returns the index of a value; nil if the domain does not contain it or is continuous.
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

  /// Returns whether the parameter can take the value.
  package func contains(_ value: Literal) -> Bool {
    if count != nil { return index(of: value) != nil }
    guard let bounds, case .real(let number) = value else { return false }
    return (bounds.low...bounds.high).contains(number)
  }

  /// Returns all values of the domain if there are at most `limit`, and otherwise the first and the last
  /// one. Of a continuous domain it returns the two bounds.
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

  /// The largest factor of a step, 2⁵³: beyond it neighbouring multiples are the same float.
  static let largestMultiple = 9_007_199_254_740_992.0

  /// Returns the factors k of the values k·step of a quniform; nil if there are none, or if a factor is
  /// beyond `largestMultiple`.
  ///
  /// A draw is rounded to k·step if it lies within half a step of it. So k is a factor if the interval
  /// [k·step − step/2, k·step + step/2] overlaps [low, high] in more than a point.
  static func multiples(low: Double, high: Double, step: Double) -> ClosedRange<Int>? {
    let first = (low / step + 0.5).rounded(.down)
    let last = (high / step - 0.5).rounded(.up)
    guard abs(first) <= largestMultiple, abs(last) <= largestMultiple, first <= last else {
      return nil
    }
    return Int(first)...Int(last)
  }

  /// Returns k·step, which is an integer if the step is integral: `interest_size quniform 2,16,2` searches
  /// 2, 4, … and not 2.0, 4.0, … as in hyperopt.
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

/// Returns e to the power x, computed by libm of the platform.
func exponential(_ x: Double) -> Double { exp(x) }

/// Returns the natural logarithm of x, computed by libm of the platform.
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// Returns the probability that a standard normal variable is below x.
func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.squareRoot()) }
