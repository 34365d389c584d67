/// RecBole's order of the training examples in every epoch. A torch generator that is seeded once
/// draws all orders.
struct BatchOrder {
  private(set) var random: TorchRandom
  private let count: Int
  private let shuffle: Bool

  init(seed: Int, count: Int, shuffle: Bool) {
    self.init(TorchRandom(seed: seed), count: count, shuffle: shuffle)
  }

  /// Continues the random stream of an earlier order.
  init(_ random: TorchRandom, count: Int, shuffle: Bool) {
    self.random = random
    self.count = count
    self.shuffle = shuffle
  }

  /// Returns the example indices of the next epoch.
  ///
  /// torch's loader draws a base seed, the order, and a second order that it does not use.
  mutating func next() -> [Int32] {
    guard shuffle else { return (0..<Int32(count)).map { $0 } }
    _ = random.next64()
    let order = random.permutation(count: count)
    _ = random.permutation(count: count)
    return order
  }
}
