#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The stream of `numpy.random.default_rng(seed)`: a permuted congruential generator of 128 bits with
/// the output XSL-RR (O'Neill, 2014), seeded by a `SeedSequence`. The same seed draws the same numbers as
/// NumPy 2:
///
///     var generator = NumPyGenerator(seed: [0, 11])    // default_rng([0, 11])
///     let deviate = generator.normal()                 // .normal()
///
/// It is not the legacy stream of `numpy.random.seed`, which is a Mersenne Twister.
struct NumPyGenerator {
  private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645

  private var state: UInt128
  private let increment: UInt128
  /// The upper half of the last output that `next32` has split, if it has not been returned yet.
  private var spare: UInt32?
  private let ziggurat = Ziggurat.standard

  init(seed: [Int]) {
    let words = SeedSequence(seed).words(4).map { UInt128($0) }
    increment = (words[2] << 64 | words[3]) << 1 | 1
    state = increment &+ (words[0] << 64 | words[1])
    step()
  }

  private mutating func step() {
    state = state &* Self.multiplier &+ increment
  }

  /// Returns the next 64 bits.
  mutating func next() -> UInt64 {
    step()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let rotation = UInt64(truncatingIfNeeded: state >> 122)
    return folded &>> rotation | folded &<< (64 &- rotation)
  }

  /// Returns the next 32 bits: first the lower half of an output, then its upper half, even if other
  /// draws come between them.
  private mutating func next32() -> UInt32 {
    if let half = spare {
      spare = nil
      return half
    }
    let bits = next()
    spare = UInt32(truncatingIfNeeded: bits >> 32)
    return UInt32(truncatingIfNeeded: bits)
  }

  /// Draws uniformly from [0, 1) with 53 random bits, as `random()`.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Draws uniformly from [low, high), as `uniform(low, high)`.
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * unit()
  }

  /// Draws uniformly from 0 ..< count by Lemire's multiplication (2019), as `integers(0, count)`.
  mutating func integer(below count: UInt32) -> Int {
    precondition(count > 0, "there is no integer to draw")
    // NumPy draws nothing if there is only one answer.
    guard count > 1 else { return 0 }
    var product = UInt64(next32()) * UInt64(count)
    // The first 2³² mod count remainders are refused, else some integers would be likelier.
    let refused = (0 &- count) % count
    while UInt32(truncatingIfNeeded: product) < refused {
      product = UInt64(next32()) * UInt64(count)
    }
    return Int(product >> 32)
  }

  /// Draws from N(0, 1) by the ziggurat (Marsaglia and Tsang, 2000; Doornik, 2005), as `normal()`.
  ///
  /// One draw of 64 bits is used: 8 choose the layer, one the sign and 52 the place in the layer. In 99 %
  /// of the cases the place lies under the curve for sure.
  mutating func normal() -> Double {
    while true {
      let bits = next()
      let layer = Int(bits & 0xFF)
      let place = bits >> 9 & 0xF_FFFF_FFFF_FFFF
      let magnitude = Double(place) * ziggurat.scales[layer]
      let value = bits >> 8 & 1 == 0 ? magnitude : -magnitude
      if place < ziggurat.bounds[layer] { return value }
      if layer == 0 { return tail(isNegative: place >> 8 & 1 == 1) }
      let (above, below) = (ziggurat.heights[layer - 1], ziggurat.heights[layer])
      if below + (above - below) * unit() < exp(-0.5 * value * value) { return value }
    }
  }

  /// Draws from the tail of the normal distribution behind the last layer by Marsaglia's method (1964).
  private mutating func tail(isNegative: Bool) -> Double {
    while true {
      let excess = -(1 / Ziggurat.edge) * log1p(-unit())
      let height = -log1p(-unit())
      if height + height > excess * excess {
        return isNegative ? -(Ziggurat.edge + excess) : Ziggurat.edge + excess
      }
    }
  }

  /// Draws from N(0, standardDeviation²), as `normal(0, standardDeviation)`.
  mutating func normal(standardDeviation: Double) -> Double { standardDeviation * normal() }

  /// Returns `count` draws from N(0, standardDeviation²).
  mutating func normals(_ count: Int, standardDeviation: Double = 1) -> [Double] {
    (0..<count).map { _ in normal(standardDeviation: standardDeviation) }
  }
}
