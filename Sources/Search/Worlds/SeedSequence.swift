/// Spreads the words of a seed over any number of words, as NumPy's `SeedSequence` (after M. E. O'Neill's
/// `seed_seq_fe`, 2015). Seeds that differ in one bit give unrelated words.
struct SeedSequence {
  private static let poolSize = 4

  private var pool: [UInt32]

  /// Takes numbers that are not negative. Each becomes its 32-bit words, the lowest first, without the
  /// zeros above them.
  init(_ numbers: [Int]) {
    let entropy = numbers.flatMap { number -> [UInt32] in
      precondition(number >= 0, "a seed is not negative")
      let (low, high) = (UInt32(truncatingIfNeeded: number), UInt32(number >> 32))
      return high == 0 ? [low] : [low, high]
    }
    var constant: UInt32 = 0x43B0_D7E5
    func hash(_ word: UInt32) -> UInt32 {
      Self.hash(word, &constant, multiplier: 0x931E_8875)
    }
    pool = (0..<Self.poolSize).map { hash($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<Self.poolSize {
      for target in 0..<Self.poolSize where target != source {
        pool[target] = Self.mix(pool[target], hash(pool[source]))
      }
    }
    for word in entropy.dropFirst(Self.poolSize) {
      for target in 0..<Self.poolSize { pool[target] = Self.mix(pool[target], hash(word)) }
    }
  }

  /// Returns the first words of the sequence, each of 64 bits.
  func words(_ count: Int) -> [UInt64] {
    var constant: UInt32 = 0x8B51_F9DD
    let halves = (0..<2 * count).map { index in
      Self.hash(pool[index % Self.poolSize], &constant, multiplier: 0x58F3_8DED)
    }
    return (0..<count).map { UInt64(halves[2 * $0 + 1]) << 32 | UInt64(halves[2 * $0]) }
  }

  /// Returns the hash of a word. The constant changes with every call, so equal words get different
  /// hashes.
  private static func hash(
    _ word: UInt32, _ constant: inout UInt32, multiplier: UInt32
  ) -> UInt32 {
    let mixed = word ^ constant
    constant = constant &* multiplier
    let product = mixed &* constant
    return product ^ (product >> 16)
  }

  private static func mix(_ one: UInt32, _ other: UInt32) -> UInt32 {
    let difference = 0xCA01_F9DD &* one &- 0x4973_F715 &* other
    return difference ^ (difference >> 16)
  }
}
