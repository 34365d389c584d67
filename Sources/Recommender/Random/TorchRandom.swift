import Foundation

/// A CPU generator of torch (`torch.Generator().manual_seed`), as far as RecBole draws from it.
struct TorchRandom: Hashable {
  private(set) var generator: MersenneTwister
  /// The second value of the last pair, if a draw of fewer than 16 values has used only the first
  /// one.
  private(set) var spare: Double?

  init(seed: Int) {
    generator = MersenneTwister(seed: seed)
  }

  /// Goes on from the state of another stream.
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

  /// Draws `count` values from N(0, standardDeviation²), as `Tensor.normal_` on float32, and gives
  /// each with its place to `body`.
  ///
  /// If there are at least 16 values, every 16 uniform numbers become eight Box–Muller pairs
  /// (j, j + 8). If `count` is no multiple of 16, the rest uses up its uniform numbers as well, and then
  /// the last 16 values are drawn again.
  mutating func normals(
    count: Int, standardDeviation: Double, _ body: (_ place: Int, _ value: Float) -> Void
  ) {
    guard count >= Self.run else {
      for place in 0..<count { body(place, Float(standardDeviation * singleNormal())) }
      return
    }
    for start in stride(from: 0, through: count - Self.run, by: Self.run) {
      drawRun(at: start, standardDeviation, body)
    }
    if count % Self.run != 0 {
      skip(count % Self.run)
      drawRun(at: count - Self.run, standardDeviation, body)
    }
  }

  /// Skips the values that `normals` would draw.
  mutating func skipNormals(count: Int) {
    if count >= Self.run {
      skip(count + (count % Self.run != 0 ? Self.run : 0))
    } else {
      for _ in 0..<count { _ = singleNormal() }
    }
  }

  private static let run = 16

  private mutating func drawRun(
    at start: Int, _ standardDeviation: Double, _ body: (_ place: Int, _ value: Float) -> Void
  ) {
    var radii = SIMD8<Double>()
    for j in 0..<8 { radii[j] = (-2 * log(1 - uniform())).squareRoot() }
    for j in 0..<8 {
      let (radius, angle) = (radii[j], 2 * Double.pi * uniform())
      body(start + j, Float(standardDeviation * (radius * cos(angle))))
      body(start + j + 8, Float(standardDeviation * (radius * sin(angle))))
    }
  }

  /// Skips `count` outputs of the generator.
  private mutating func skip(_ count: Int) {
    for _ in 0..<count { _ = generator.next() }
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
