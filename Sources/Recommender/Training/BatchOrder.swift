/// The order in which training examples come, epoch by epoch. It is RecBole's: a torch generator of
/// its own draws it, which is seeded once.
struct BatchOrder {
  private(set) var random: TorchRandom
  private let count: Int
  private let shuffle: Bool

  init(seed: Int, count: Int, shuffle: Bool) {
    self.init(TorchRandom(seed: seed), count: count, shuffle: shuffle)
  }

  /// Goes on with the stream of an earlier order.
  init(_ random: TorchRandom, count: Int, shuffle: Bool) {
    self.random = random
    self.count = count
    self.shuffle = shuffle
  }

  /// Returns the example indices of the next epoch.
  ///
  /// torch's loader draws a base seed, the order itself, and a second order that it drops.
  mutating func next() -> [Int32] {
    guard shuffle else { return (0..<Int32(count)).map { $0 } }
    _ = random.next64()
    let order = random.permutation(count: count)
    _ = random.permutation(count: count)
    return order
  }
}
