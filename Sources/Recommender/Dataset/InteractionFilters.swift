/// RecBole's filters, in RecBole's order: duplicates, values, and the numbers of interactions.
///
/// The order matters: each filter sees the rows that the filter before it has left, and the
/// remaining rows decide in which order users and items are numbered.
extension Interactions {
  /// The number of rows after a filter, for the message that nothing remains.
  struct FilterStep: Sendable, CustomStringConvertible {
    let option: String
    let remaining: Int

    var description: String { "\(remaining) after '\(option)'" }
  }

  /// Applies all filters of a configuration.
  mutating func filter(_ configuration: DataConfiguration) -> [FilterStep] {
    var steps: [FilterStep] = []
    if let kept = configuration.duplicateRemoval {
      removeDuplicates(keeping: kept)
      steps.append(FilterStep(option: "rm_dup_inter", remaining: count))
    }
    if !passesValueFilters.isEmpty {
      let passes = passesValueFilters
      keep { passes[$0] }
      steps.append(FilterStep(option: "val_interval", remaining: count))
    }
    let bounds = [
      ("user_inter_num_interval", configuration.userInteractions),
      ("item_inter_num_interval", configuration.itemInteractions),
    ].compactMap { option, interval in interval.map { _ in option } }
    if !bounds.isEmpty {
      applyIntervals(
        users: configuration.userInteractions, items: configuration.itemInteractions)
      steps.append(FilterStep(option: bounds.joined(separator: "' and '"), remaining: count))
    }
    return steps
  }

  /// Keeps one row of each (user, item) pair, and sorts the rows by time.
  ///
  /// Rows of equal time stay in the order of the file. RecBole's order of equal times depends on
  /// the CPU, because numpy sorts differently with AVX-512. Which rows RecBole keeps, and how it
  /// numbers users and items, can therefore differ between machines.
  mutating func removeDuplicates(keeping kept: DataConfiguration.DuplicateRemoval) {
    // A missing time comes last.
    let keys = times.map { $0.isNaN ? Double.infinity : $0 }
    var order = (0..<Int32(count)).map { $0 }
    order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
    if kept == .last { order.reverse() }
    var seen = Set<UInt64>()
    order = order.filter { row in
      let user = UInt64(UInt32(bitPattern: users[Int(row)]))
      let item = UInt64(UInt32(bitPattern: items[Int(row)]))
      return seen.insert(user << 32 | item).inserted
    }
    if kept == .last { order.reverse() }
    select(order)
  }

  /// Drops users and items whose number of interactions is outside the interval, until there are
  /// none.
  ///
  /// A round decides about all users and items by the counts at its start.
  mutating func applyIntervals(users userInterval: IntervalSet?, items itemInterval: IntervalSet?) {
    while true {
      let before = count
      let userIsKept = Self.allowed(users, userInterval)
      let itemIsKept = Self.allowed(items, itemInterval)
      let (users, items) = (users, items)
      keep { userIsKept[Int(users[$0])] && itemIsKept[Int(items[$0])] }
      if count == before { return }
    }
  }

  /// Tells for each user or item number whether its count is in the interval.
  private static func allowed(_ numbers: [Int32], _ interval: IntervalSet?) -> [Bool] {
    var counts = Array(repeating: 0, count: Int(numbers.max() ?? -1) + 1)
    for number in numbers { counts[Int(number)] += 1 }
    guard let interval else { return counts.map { _ in true } }
    return counts.map { interval.contains(Double($0)) }
  }
}
