/// A seeded permutation of 0 ..< count that is computed and not stored.
///
/// A Feistel network permutes the numbers of the smallest even number of bits that holds the count. It
/// is applied again until its result is below the count (cycle walking).
struct IndexPermutation {
  private static let rounds: UInt64 = 6

  let count: Int
  private let seed: UInt64
  /// Half the number of bits that the network permutes.
  private let halfWidth: UInt64

  init(count: Int, seed: UInt64) {
    precondition(count >= 0, "a permutation has no negative count")
    self.count = count
    self.seed = seed
    let bits = UInt64(Int.bitWidth - max(count - 1, 0).leadingZeroBitCount)
    halfWidth = max(1, (bits + 1) / 2)
  }

  /// The image of an index.
  ///
  /// - Complexity: O(1). The network permutes at most four times as many numbers as the count, so four
  ///   steps are expected at most.
  subscript(index: Int) -> Int {
    precondition((0..<count).contains(index), "the permutation has no such index")
    var image = UInt64(index)
    // Every cycle of a permutation comes back to its start, which is below the count.
    repeat { image = encrypt(image) } while image >= UInt64(count)
    return Int(image)
  }

  /// Returns the index that has this image: the inverse of the subscript.
  func index(of image: Int) -> Int {
    precondition((0..<count).contains(image), "the permutation has no such image")
    var index = UInt64(image)
    repeat { index = decrypt(index) } while index >= UInt64(count)
    return Int(index)
  }

  private func encrypt(_ value: UInt64) -> UInt64 {
    let mask = (1 << halfWidth) - 1 as UInt64
    var left = value >> halfWidth
    var right = value & mask
    for round in 0..<Self.rounds {
      (left, right) = (right, left ^ (CounterRandom.bits(seed, round, right) & mask))
    }
    return left << halfWidth | right
  }

  private func decrypt(_ value: UInt64) -> UInt64 {
    let mask = (1 << halfWidth) - 1 as UInt64
    var left = value >> halfWidth
    var right = value & mask
    for round in (0..<Self.rounds).reversed() {
      (left, right) = (right ^ (CounterRandom.bits(seed, round, left) & mask), left)
    }
    return left << halfWidth | right
  }
}
