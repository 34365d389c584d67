import Literals
import Trials

/// Proposes the points of a scrambled Sobol sequence, which fill the space more evenly than random ones.
///
/// Point n of a sweep is point n of the sequence. If it has been tried, the next one of the sequence takes
/// its place. The seed and the name of a parameter decide how its numbers are scrambled.
package struct SobolSampler: Sampler {
  private let parameters: [(parameter: SearchSpace.Parameter, hash: UInt64)]
  private let seed: UInt64
  /// The grid of a finite space, for the last cells; nil if a space has no grid.
  private let grid: GridSampler?

  /// The number of points for one proposal after which a finite space is searched cell by cell.
  private static let maximumDraws = 100

  package var readsOutcomes: Bool { false }

  package init(space: SearchSpace, seed: UInt64) {
    parameters = space.parameters.map { ($0, CounterRandom.hash($0.name)) }
    self.seed = seed
    grid = space.cellCount == nil ? nil : GridSampler(space: space, seed: seed)
  }

  package func point(_ number: Int, after history: History) -> Point? {
    for draw in 0..<Self.maximumDraws {
      let point = point(number + draw)
      if !history.hasTried(point) { return point }
    }
    return grid?.firstUntried(in: history)
  }

  /// Returns the first points of the sequence. Those of a finite space may repeat.
  package func points(_ count: Int) -> [Point] { (0..<count).map(point) }

  /// Returns the point of the sequence with this number.
  func point(_ number: Int) -> Point {
    Point(
      parameters.enumerated().map { dimension, entry in
        Point.Entry(
          name: entry.parameter.name,
          value: entry.parameter.domain.draw(bits(number, dimension, entry.hash)))
      })
  }

  /// Returns 64 bits of a coordinate, the first of which are the Sobol sequence's, scrambled as Owen
  /// (1995) does: the bits before a bit decide whether it is flipped.
  ///
  /// The sequence has 2³² points of 32 bits. A parameter beyond the table's dimensions is random.
  private func bits(_ number: Int, _ dimension: Int, _ hash: UInt64) -> UInt64 {
    let index = UInt64(bitPattern: Int64(number))
    guard dimension < SobolSequence.dimensions, let short = UInt32(exactly: index) else {
      return CounterRandom.bits(seed, index, hash, Self.stream)
    }
    let plain = UInt64(SobolSequence.coordinate(short, dimension: dimension))
    var scrambled: UInt64 = 0
    for level in 0..<32 as Range<UInt64> {
      let bit = plain >> (31 - level) & 1
      let before = level == 0 ? 0 : plain >> (32 - level)
      scrambled = scrambled << 1 | (bit ^ CounterRandom.bits(seed, hash, level, before) >> 63)
    }
    // Below them a scrambled zero is a random bit.
    return scrambled << 32 | CounterRandom.bits(seed, hash, 32, plain) >> 32
  }

  private static let stream = CounterRandom.hash("sobol")
}
