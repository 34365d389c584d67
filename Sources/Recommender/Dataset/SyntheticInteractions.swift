import Foundation

/// A generated data set with planted interests, for trying things out without any download.
///
/// Items belong to topics, and within a topic each item leads to the next. A user follows three
/// topics. The user stays with one topic for a while, changes to another, and now and then replaces
/// a topic by a new one. A sequential model that tells a user's interests apart can predict many of
/// the items.
struct SyntheticInteractions: Sendable {
  static let name = "synthetic"

  var users = 800
  var topics = 25
  var itemsPerTopic = 20
  var interestsPerUser = 3
  var interactionsPerUser = 20...40
  var seed: UInt64 = 2020

  /// The interactions as an atomic file with the column names of the configuration.
  func atomicFile(_ configuration: DataConfiguration) -> Data {
    var random = SyntheticRandom(seed: seed)
    var text = "\(configuration.userField):token\t\(configuration.itemField):token\t"
    text += "rating:float\t\(configuration.timeField):float\n"
    for user in 0..<users {
      appendUser(user, to: &text, &random)
    }
    return Data(text.utf8)
  }

  private func appendUser(_ user: Int, to text: inout String, _ random: inout SyntheticRandom) {
    var interests = (0..<interestsPerUser).map { _ in topic(&random) }
    // The last seen item of each topic.
    var members = interests.map { _ in random.below(itemsPerTopic) }
    var current = 0
    // So small that float32 holds every second.
    var time = random.below(8_000_000)
    let range = interactionsPerUser
    for _ in 0..<range.lowerBound + random.below(range.count) {
      if random.isTrue(percent: 20) { current = random.below(interests.count) }
      if random.isTrue(percent: 3) {
        interests[current] = topic(&random)
        members[current] = random.below(itemsPerTopic)
      }
      let step = random.isTrue(percent: 70) ? 1 : 1 + random.below(itemsPerTopic - 1)
      members[current] = (members[current] + step) % itemsPerTopic
      time += 1 + random.below(600)
      let item = interests[current] * itemsPerTopic + members[current]
      text += "u\(user)\ti\(item)\t\(1 + random.below(5))\t\(time)\n"
    }
  }

  /// Draws a topic. Topics with low numbers are more popular.
  private func topic(_ random: inout SyntheticRandom) -> Int {
    let topic = random.below(topics)
    return random.isTrue(percent: 50) ? min(topic, random.below(topics)) : topic
  }
}

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
