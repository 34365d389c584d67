import Literals
import Trials

/// Draws points at random, independently of the outcomes.
///
/// The draw of a parameter depends only on the seed, on the number of the point and on the name of the
/// parameter. Other parameters do not change it, and neither do other bounds of earlier points. A point
/// that has been tried already is drawn again, so a finite space is drawn without replacement.
package struct RandomSampler: Sampler {
  private let parameters: [(parameter: SearchSpace.Parameter, hash: UInt64)]
  private let seed: UInt64
  /// The grid of a finite space, for the last cells, which draws hardly find; nil if a space has no grid.
  private let grid: GridSampler?

  /// The number of draws for one point after which a finite space is searched cell by cell.
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

  /// Returns a draw of the point with this number. The first draw is 0; the next ones replace points that
  /// have been tried.
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
  /// Returns the value that 64 random bits select.
  func draw(_ bits: UInt64) -> Literal {
    let unit = CounterRandom.unit(bits)
    switch self {
    case .choice(let values):
      return values[Int(bits.multipliedFullWidth(by: UInt64(values.count)).high)]
    case .uniform, .loguniform:
      return value(atShare: unit)
    case .quniform(let low, let high, let step):
      guard let range = Self.multiples(low: low, high: high, step: step) else { return .none }
      let nearest = (Self.interpolate(low, high, unit) / step).rounded(.toNearestOrEven)
      let factor = min(max(nearest, Double(range.lowerBound)), Double(range.upperBound))
      return Self.multiple(Int(factor), of: step)
    }
  }

  /// Returns the value that lies at a share of a continuous domain, from 0 at its lower bound to 1 at its
  /// upper one; `.none` if the domain is not continuous.
  func value(atShare share: Double) -> Literal {
    switch self {
    case .uniform(let low, let high): .real(Self.interpolate(low, high, share))
    case .loguniform(let low, let high): .real(exponential(Self.interpolate(low, high, share)))
    case .choice, .quniform: .none
    }
  }

  /// Returns low + (high − low)·unit, without the difference, which may overflow.
  private static func interpolate(_ low: Double, _ high: Double, _ unit: Double) -> Double {
    min(max(low * (1 - unit) + high * unit, low), high)
  }
}
