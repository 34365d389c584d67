import Foundation

/// numpy's global legacy stream (`numpy.random.seed`), as far as RecBole draws from it for SINE.
struct NumPyRandom: Hashable {
  private(set) var generator: MersenneTwister
  /// The second value of the last polar pair, if no call has returned it yet.
  private(set) var spare: Double?

  init(seed: Int) {
    generator = MersenneTwister(seed: seed)
  }

  /// Goes on from the state of another stream.
  init(generator: MersenneTwister, spare: Double?) {
    self.generator = generator
    self.spare = spare
  }

  /// A uniform number in [0, 1) with 53 random bits.
  private mutating func uniform() -> Double {
    let high = Double(generator.next() >> 5)
    let low = Double(generator.next() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// Draws from N(0, standardDeviation²) by Marsaglia's polar method, as `RandomState.normal`.
  mutating func normal(standardDeviation: Double) -> Double {
    if let value = spare {
      spare = nil
      return standardDeviation * value
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square < 1, square != 0 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spare = factor * x
      return standardDeviation * factor * y
    }
  }

  /// Draws uniformly from `range` by masked rejection, as `numpy.random.randint`.
  mutating func integer(in range: Range<Int32>) -> Int32 {
    let largest = UInt32(range.upperBound - range.lowerBound - 1)
    guard largest > 0 else { return range.lowerBound }
    let mask = UInt32.max >> UInt32(largest.leadingZeroBitCount)
    while true {
      let value = generator.next() & mask
      if value <= largest { return range.lowerBound + Int32(value) }
    }
  }
}
