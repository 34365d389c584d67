/// The generator MT19937 (Matsumoto and Nishimura 1998), which both numpy and torch draw from.
struct MersenneTwister: Hashable {
  private static let size = 624
  private static let middle = 397

  private var state: [UInt32]
  private var index = MersenneTwister.size

  /// Seeds as `init_genrand` does; numpy and torch keep the low 32 bits of the seed.
  init(seed: Int) {
    state = [UInt32](repeating: 0, count: Self.size)
    state[0] = UInt32(truncatingIfNeeded: seed)
    for i in 1..<Self.size {
      let previous = state[i - 1]
      state[i] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(i)
    }
  }

  /// The state as words, from which a stream can go on. The last word is the place of the next
  /// output.
  var words: [UInt32] { state + [UInt32(index)] }

  /// Goes on from a state; nil if the words are not a state of the generator.
  init?(words: [UInt32]) {
    guard words.count == Self.size + 1, let index = words.last, index <= Self.size else {
      return nil
    }
    state = Array(words.dropLast())
    self.index = Int(index)
  }

  /// Returns the next 32 bits.
  mutating func next() -> UInt32 {
    if index == Self.size { refill() }
    var y = state[index]
    index += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    y ^= y >> 18
    return y
  }

  private mutating func refill() {
    let size = Self.size
    state.withUnsafeMutableBufferPointer { state in
      for i in 0..<size {
        let following = i + 1 == size ? 0 : i + 1
        let source = i + Self.middle < size ? i + Self.middle : i + Self.middle - size
        let y = (state[i] & 0x8000_0000) | (state[following] & 0x7fff_ffff)
        state[i] = state[source] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
      }
    }
    index = 0
  }
}
