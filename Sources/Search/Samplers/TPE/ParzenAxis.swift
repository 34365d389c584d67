import Literals

/// A parameter as the Parzen estimators see it: a number in [0, 1], or the index of a choice.
///
/// The values of a `choice` have no order, numbers or not, as those of Optuna's `suggest_categorical`.
struct ParzenAxis: Sendable {
  enum Kind: Hashable, Sendable {
    /// This many values without an order. A coordinate is the index of a value.
    case choices(Int)
    /// This many values at equal distances. Each is the middle of its cell, and the cells fill [0, 1].
    case steps(Int)
    /// All numbers of [0, 1]; 0 and 1 are the bounds of the domain.
    case line
  }

  let kind: Kind
  private let domain: Domain
  private let index: DomainIndex

  init(_ domain: Domain) {
    self.domain = domain
    index = DomainIndex(domain)
    kind =
      switch (domain, domain.count) {
      case (.choice(let values), _): .choices(values.count)
      case (_, let count?): .steps(count)
      case (_, nil): .line
      }
  }

  /// Returns the coordinate of a value; nil if the parameter cannot take the value.
  func coordinate(of value: Literal) -> Double? {
    switch kind {
    case .choices: return index.index(of: value).map(Double.init)
    case .steps(let count): return index.index(of: value).map { (Double($0) + 0.5) / Double(count) }
    case .line:
      guard domain.contains(value), let number = value.number else { return nil }
      switch domain {
      case .uniform(let low, let high): return Self.share(number, low, high)
      case .loguniform(let low, let high): return Self.share(naturalLogarithm(number), low, high)
      case .choice, .quniform: return nil
      }
    }
  }

  /// Returns the value at a coordinate. It is the nearest one if the values have a distance.
  func value(at coordinate: Double) -> Literal {
    switch kind {
    case .choices: domain.value(at: Int(coordinate))
    case .steps(let count): domain.value(at: Self.cell(coordinate, of: count))
    case .line: domain.value(atShare: coordinate)
    }
  }

  /// Returns the coordinate of the value at a coordinate: the middle of the cell if there are cells.
  func rounded(_ coordinate: Double) -> Double {
    guard case .steps(let count) = kind else { return coordinate }
    return (Double(Self.cell(coordinate, of: count)) + 0.5) / Double(count)
  }

  private static func cell(_ coordinate: Double, of count: Int) -> Int {
    min(Int(coordinate * Double(count)), count - 1)
  }

  /// Returns (number − low)/(high − low), without a difference that may overflow.
  private static func share(_ number: Double, _ low: Double, _ high: Double) -> Double {
    min(max((number / 2 - low / 2) / (high / 2 - low / 2), 0), 1)
  }
}
