import Literals
import Trials

/// Random draws, each independent of what the others brought.
///
/// The draw of a parameter depends on the seed, the number of the point and the parameter's name
/// alone: neither the other parameters nor the bounds of the space in earlier points change it. A
/// point that has been tried is drawn again, so that a finite space is drawn without replacement.
package struct RandomSampler: Sampler {
  private let parameters: [(parameter: SearchSpace.Parameter, hash: UInt64)]
  private let seed: UInt64
  /// The grid of a finite space, whose last cells are listed when draws no longer find them.
  private let grid: GridSampler?

  /// Draws of one point before the untried cells of a finite space are listed.
  private static let maximumDraws: UInt64 = 100

  package var readsOutcomes: Bool { false }

  package init(space: SearchSpace, seed: UInt64) {
    parameters = space.parameters.map { ($0, CounterRandom.hash($0.name)) }
    self.seed = seed
    grid = space.cellCount == nil ? nil : GridSampler(space: space, seed: seed)
  }

  package func point(_ number: Int, after history: History) -> Point? {
    for draw in 0..<Self.maximumDraws {
      let point = point(number, draw: draw)
      if !history.hasTried(point) { return point }
    }
    return grid?.firstUntried(in: history)
  }

  /// One draw of a point; the first has the number 0.
  func point(_ number: Int, draw: UInt64 = 0) -> Point {
    let number = UInt64(bitPattern: Int64(number))
    return Point(
      parameters.map { parameter, hash in
        let bits =
          draw == 0
          ? CounterRandom.bits(seed, number, hash) : CounterRandom.bits(seed, number, hash, draw)
        return Point.Entry(name: parameter.name, value: parameter.domain.draw(bits))
      })
  }
}

extension Domain {
  /// The value that 64 random bits select.
  func draw(_ bits: UInt64) -> Literal {
    let unit = CounterRandom.unit(bits)
    switch self {
    case .choice(let values):
      return values[Int(bits.multipliedFullWidth(by: UInt64(values.count)).high)]
    case .uniform(let low, let high):
      return .real(Self.interpolate(low, high, unit))
    case .loguniform(let low, let high):
      return .real(exponential(Self.interpolate(low, high, unit)))
    case .quniform(let low, let high, let step):
      guard let range = Self.multiples(low: low, high: high, step: step) else { return .none }
      let nearest = (Self.interpolate(low, high, unit) / step).rounded(.toNearestOrEven)
      let factor = min(max(nearest, Double(range.lowerBound)), Double(range.upperBound))
      return Self.multiple(Int(factor), of: step)
    }
  }

  /// low + (high − low)·unit without the difference, which may overflow.
  private static func interpolate(_ low: Double, _ high: Double, _ unit: Double) -> Double {
    min(max(low * (1 - unit) + high * unit, low), high)
  }
}
