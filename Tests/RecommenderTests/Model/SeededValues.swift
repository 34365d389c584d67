@testable import Recommender

/// Values and small data sets that are the same in every run.
struct SeededValues {
  private var generator: MersenneTwister

  init(seed: Int) {
    generator = MersenneTwister(seed: seed)
  }

  /// A number in [-1, 1).
  mutating func value() -> Float {
    Float(generator.next() >> 8) * 0x1p-23 - 1
  }

  mutating func integer(below bound: Int) -> Int {
    Int(generator.next() % UInt32(bound))
  }

  /// Histories of every length from 1 to `positions`, items repeated at random.
  mutating func dataset(items: Int, positions: Int, examples: Int) -> Dataset {
    var flat: [Int32] = []
    var train: [Example] = []
    for user in 0..<examples {
      let length = 1 + user % positions
      train.append(
        Example(
          user: Int32(user), start: Int32(flat.count), length: Int32(length),
          target: Int32(1 + integer(below: items - 1))))
      flat += (0..<length).map { _ in Int32(1 + integer(below: items - 1)) }
    }
    return Dataset(
      userTokens: [], itemTokens: (0..<items).map { "\($0)" }, items: flat, train: train,
      valid: [], test: [], maxItemListLength: positions)
  }
}
