/// The random numbers of a generated data set: the n-th is SplitMix64's finaliser of n and the seed.
///
/// A generated data set must be the same on every platform and for all time, and neither Foundation
/// nor the standard library promises a sequence of numbers.
struct SyntheticRandom: Sendable {
  private let seed: UInt64
  private var counter: UInt64 = 0

  init(seed: UInt64) {
    self.seed = seed
  }

  mutating func next() -> UInt64 {
    counter += 1
    var bits = seed &+ counter &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// A number in `0..<bound`; the bias is below bound / 2⁶⁴.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func isTrue(percent: Int) -> Bool { below(100) < percent }
}
