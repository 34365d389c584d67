/// Every user's interactions in time order, user after user.
///
/// RecBole keeps times as float32 and sorts those, stably: seconds since 1970 come out in steps of
/// 64 or 128 seconds, and events within a step stay in the order of the file.
struct Timeline: Sendable {
  let items: [Int32]
  /// The time that the sort saw, for each entry of `items`.
  let times: [Double]
  /// Where each user's entries start, by id; one entry more than there are users with `[PAD]`.
  let starts: [Int]
  /// Users whose events come in another order than by their exact time.
  let reorderedUserCount: Int

  /// Sorts interactions whose users are ids from 1; nil where no row has a time.
  init?(
    _ interactions: Interactions, userCount: Int, isNormalized: Bool, isExact: Bool
  ) {
    guard let exact = Self.filled(interactions.times) else { return nil }
    let keys = isExact ? exact : Self.recboleTimes(exact, isNormalized: isNormalized)
    var starts = Array(repeating: 0, count: userCount + 1)
    for user in interactions.users { starts[Int(user) + 1] += 1 }
    for user in 0..<userCount { starts[user + 1] += starts[user] }
    var next = starts
    var order = Array(repeating: Int32(0), count: interactions.count)
    for (row, user) in interactions.users.enumerated() {
      order[next[Int(user)]] = Int32(row)
      next[Int(user)] += 1
    }
    var reordered = 0
    for user in 0..<userCount {
      let range = starts[user]..<starts[user + 1]
      // Rows of a user are in file order here: the row as second key makes the sort stable.
      order[range].sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
      let isReordered = range.dropFirst().contains {
        exact[Int(order[$0 - 1])] > exact[Int(order[$0])]
      }
      if isReordered { reordered += 1 }
    }
    items = order.map { interactions.items[Int($0)] }
    times = order.map { keys[Int($0)] }
    self.starts = starts
    reorderedUserCount = reordered
  }

  /// Missing times replaced by the mean of the others, as RecBole fills them.
  private static func filled(_ times: [Double]) -> [Double]? {
    let known = times.lazy.filter { !$0.isNaN }
    let knownCount = known.reduce(0) { count, _ in count + 1 }
    guard knownCount > 0 else { return nil }
    if knownCount == times.count { return times }
    let mean = known.reduce(0, +) / Double(knownCount)
    return times.map { $0.isNaN ? mean : $0 }
  }

  /// Min-max normalised in float64 if asked for, then rounded to float32.
  private static func recboleTimes(_ times: [Double], isNormalized: Bool) -> [Double] {
    guard isNormalized, let low = times.min(), let high = times.max() else {
      return times.map { Double(Float($0)) }
    }
    guard low < high else { return times.map { _ in 1 } }
    return times.map { time in
      let key = Double(Float((time - low) / (high - low)))
      // Infinity over infinity, where the span of the times exceeds what a double can hold.
      return key.isNaN ? .infinity : key
    }
  }
}
