import Foundation

/// A generated data set with planted interests, for trying things out without any download.
///
/// Items belong to topics, and within a topic one leads to the next. A user follows three topics,
/// stays with one for a while, goes to another of them, and now and then gives one up for a new
/// one. A sequential model that tells a user's interests apart can predict much of that.
struct SyntheticInteractions: Sendable {
  static let name = "synthetic"

  var users = 800
  var topics = 25
  var itemsPerTopic = 20
  var interestsPerUser = 3
  var interactionsPerUser = 20...40
  var seed: UInt64 = 2020

  /// The interactions as an atomic file, its columns named as the configuration wants them.
  func atomicFile(_ configuration: DataConfiguration) -> Data {
    var random = CounterRandom(seed: seed)
    var text = "\(configuration.userField):token\t\(configuration.itemField):token\t"
    text += "rating:float\t\(configuration.timeField):float\n"
    for user in 0..<users {
      appendUser(user, to: &text, &random)
    }
    return Data(text.utf8)
  }

  private func appendUser(_ user: Int, to text: inout String, _ random: inout CounterRandom) {
    var interests = (0..<interestsPerUser).map { _ in topic(&random) }
    // The member of each topic that was seen last.
    var members = interests.map { _ in random.below(itemsPerTopic) }
    var current = 0
    // Small enough for float32 to hold every second.
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

  /// A topic; those with low numbers are more popular.
  private func topic(_ random: inout CounterRandom) -> Int {
    let topic = random.below(topics)
    return random.isTrue(percent: 50) ? min(topic, random.below(topics)) : topic
  }
}
