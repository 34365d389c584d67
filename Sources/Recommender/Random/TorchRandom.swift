import Foundation

/// A CPU generator of torch (`torch.Generator().manual_seed`), as far as RecBole draws from it.
struct TorchRandom: Hashable {
  private(set) var generator: MersenneTwister
  /// The second value of the last pair that a draw of fewer than 16 values left over.
  private(set) var spare: Double?

  init(seed: Int) {
    generator = MersenneTwister(seed: seed)
  }

  /// Goes on where another stream stood.
  init(generator: MersenneTwister, spare: Double?) {
    self.generator = generator
    self.spare = spare
  }

  /// Two outputs as one 64-bit number, the first in the high half.
  mutating func next64() -> UInt64 {
    let high = UInt64(generator.next())
    return high << 32 | UInt64(generator.next())
  }

  private mutating func uniform() -> Double {
    Double(generator.next() & 0xff_ffff) * 0x1p-24
  }

  /// Draws `count` values from N(0, standardDeviation²), as `Tensor.normal_` on float32.
  ///
  /// From 16 values on all uniforms come first, and each run of 16 becomes eight Box–Muller pairs
  /// (j, j + 8); a rest that is no full run draws the last 16 values anew.
  mutating func normal(count: Int, standardDeviation: Double) -> [Float] {
    guard count >= 16 else {
      return (0..<count).map { _ in Float(standardDeviation * singleNormal()) }
    }
    var values = (0..<count).map { _ in uniform() }
    for start in stride(from: 0, through: count - 16, by: 16) {
      Self.boxMuller(&values, at: start)
    }
    if count % 16 != 0 {
      for i in count - 16..<count { values[i] = uniform() }
      Self.boxMuller(&values, at: count - 16)
    }
    return values.map { Float(standardDeviation * $0) }
  }

  private static func boxMuller(_ values: inout [Double], at start: Int) {
    for j in start..<start + 8 {
      let radius = (-2 * log(1 - values[j])).squareRoot()
      let angle = 2 * Double.pi * values[j + 8]
      values[j] = radius * cos(angle)
      values[j + 8] = radius * sin(angle)
    }
  }

  private mutating func singleNormal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let angle = 2 * Double.pi * wideUniform()
    let radius = (-2 * log1p(-wideUniform())).squareRoot()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// A uniform number in [0, 1) with 53 random bits.
  private mutating func wideUniform() -> Double {
    Double(next64() & 0x1f_ffff_ffff_ffff) * 0x1p-53
  }

  /// A random order of 0 ..< count, as `torch.randperm`.
  mutating func permutation(count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    order.withUnsafeMutableBufferPointer { order in
      for i in 0..<max(count - 1, 0) {
        order.swapAt(i, i + Int(generator.next() % UInt32(count - i)))
      }
    }
    return order
  }
}
