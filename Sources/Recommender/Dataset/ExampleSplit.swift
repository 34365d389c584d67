/// RecBole's augmentation and split of the interactions into examples.
///
/// Every interaction but a user's first is the target of one example. The history of the example is
/// the items before the target, at most `maxLength` of them.
struct ExampleSplit: Sendable {
  private(set) var train: [Example] = []
  private(set) var valid: [Example] = []
  private(set) var test: [Example] = []

  private let timeline: Timeline
  private let maxLength: Int

  init(_ timeline: Timeline, _ configuration: DataConfiguration) {
    self.timeline = timeline
    maxLength = configuration.maxItemListLength
    // An array that grows by doubling would take twice the memory at its peak.
    train.reserveCapacity(timeline.items.count)
    switch configuration.split {
    case .leaveOneOut(let hasValid, let hasTest):
      for user in usersByFirstExample() {
        distribute(user, leaveOneOut: user.positions.count, hasValid, hasTest)
      }
    case .ratio(let ratios) where configuration.groupByUser:
      for user in usersByFirstExample() {
        distribute(user, Self.counts(user.positions.count, ratios))
      }
    case .ratio(let ratios):
      splitAll(ratios)
    }
  }

  private struct User {
    let id: Int
    /// The indices of the targets, in time order.
    let positions: Range<Int>
  }

  /// The users, sorted by the time of the target of their first example.
  ///
  /// RecBole sorts all examples by the time of their target. A user's own examples are in this
  /// order already, so that it is enough to sort the users.
  private func usersByFirstExample() -> [User] {
    users().sorted {
      (timeline.times[$0.positions.lowerBound], $0.id)
        < (timeline.times[$1.positions.lowerBound], $1.id)
    }
  }

  /// The users with at least one example, by id.
  private func users() -> [User] {
    (1..<max(timeline.starts.count - 1, 1)).compactMap { id in
      let (start, end) = (timeline.starts[id], timeline.starts[id + 1])
      return end - start < 2 ? nil : User(id: id, positions: start + 1..<end)
    }
  }

  /// Gives a user's last example to the test and the example before it to validation.
  ///
  /// A user's only example stays in training. Of two examples, one stays in training and the other
  /// one goes to the test.
  private mutating func distribute(
    _ user: User, leaveOneOut count: Int, _ hasValid: Bool, _ hasTest: Bool
  ) {
    let testCount = hasTest && count > 1 ? 1 : 0
    let validCount = hasValid && count > 1 + testCount ? 1 : 0
    distribute(user, [count - testCount - validCount, validCount, testCount])
  }

  private mutating func distribute(_ user: User, _ counts: [Int]) {
    for (offset, position) in user.positions.enumerated() {
      append(example(user: user.id, position), offset: offset, counts)
    }
  }

  /// Splits the examples of all users together, in time order.
  private mutating func splitAll(_ ratios: [Double]) {
    var userOfPosition = Array(repeating: Int32(0), count: timeline.items.count)
    var positions: [Int32] = []
    for user in users() {
      for position in user.positions {
        userOfPosition[position] = Int32(user.id)
        positions.append(Int32(position))
      }
    }
    let times = timeline.times
    positions.sort { (times[Int($0)], $0) < (times[Int($1)], $1) }
    let counts = Self.counts(positions.count, ratios)
    for (offset, position) in positions.enumerated() {
      let user = Int(userOfPosition[Int(position)])
      append(example(user: user, Int(position)), offset: offset, counts)
    }
  }

  private mutating func append(_ example: Example, offset: Int, _ counts: [Int]) {
    if offset < counts[0] {
      train.append(example)
    } else if offset < counts[0] + counts[1] {
      valid.append(example)
    } else {
      test.append(example)
    }
  }

  private func example(user: Int, _ position: Int) -> Example {
    let length = min(position - timeline.starts[user], maxLength)
    return Example(
      user: Int32(user), start: Int32(position - length), length: Int32(length),
      target: timeline.items[position])
  }

  /// Computes how many of `total` examples go to train, valid and test.
  ///
  /// The counts of valid and test are rounded down, and train takes the rest. If valid or test
  /// would get less than one example, it takes one from train, test before valid, as long as train
  /// has more than one.
  static func counts(_ total: Int, _ ratios: [Double]) -> [Int] {
    let sum = ratios.reduce(0, +)
    let shares = ratios.map { $0 / sum * Double(total) }
    var counts = shares.map { Int($0) }
    counts[0] = total - counts[1] - counts[2]
    for part in [2, 1] where counts[0] > 1 && shares[part] > 0 && shares[part] < 1 {
      counts[part] += 1
      counts[0] -= 1
    }
    return counts
  }
}
