/// Every user's interactions in time order, user after user.
///
/// RecBole rounds times to float32 before it sorts, which turns seconds since 1970 into steps of 64
/// or 128 seconds. The sort is stable: events within a step stay in the order of the file.
struct Timeline: Sendable {
  let items: [Int32]
  /// The time by which each entry of `items` is sorted.
  let times: [Double]
  /// The index of each user's first entry, by id, `[PAD]` included, and the number of entries at
  /// the end.
  let starts: [Int]
  /// The number of users whose events have another order than by their exact times.
  let reorderedUserCount: Int

  /// Sorts interactions whose users are ids from 1; nil if no row has a time.
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
      // A user's rows are in file order, so that the row as the second key makes the sort stable.
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

  /// The times, with the mean of all known times in place of missing ones, as in RecBole.
  private static func filled(_ times: [Double]) -> [Double]? {
    let known = times.lazy.filter { !$0.isNaN }
    let knownCount = known.reduce(0) { count, _ in count + 1 }
    guard knownCount > 0 else { return nil }
    if knownCount == times.count { return times }
    let mean = known.reduce(0, +) / Double(knownCount)
    return times.map { $0.isNaN ? mean : $0 }
  }

  /// The times rounded to float32, after a min-max normalisation in float64 if it is asked for.
  private static func recboleTimes(_ times: [Double], isNormalized: Bool) -> [Double] {
    guard isNormalized, let low = times.min(), let high = times.max() else {
      return times.map { Double(Float($0)) }
    }
    guard low < high else { return times.map { _ in 1 } }
    return times.map { time in
      let key = Double(Float((time - low) / (high - low)))
      // Infinity over infinity is NaN: the span of the times exceeds the largest double.
      return key.isNaN ? .infinity : key
    }
  }
}
