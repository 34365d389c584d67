/// The interactions of a data set as columns, with one entry for each row.
struct Interactions: Sendable {
  /// The users and items: numbers of a token table at first, ids after `IdentifierMap`.
  var users: [Int32] = []
  var items: [Int32] = []
  /// NaN if the time is missing.
  var times: [Double] = []
  /// Whether a row passes `val_interval`. Empty if no column is filtered by value.
  var passesValueFilters: [Bool] = []

  var count: Int { users.count }

  /// Keeps the rows for which the condition holds, in their order.
  mutating func keep(where condition: (Int) -> Bool) {
    var kept = 0
    for row in 0..<count where condition(row) {
      users[kept] = users[row]
      items[kept] = items[row]
      times[kept] = times[row]
      if !passesValueFilters.isEmpty { passesValueFilters[kept] = passesValueFilters[row] }
      kept += 1
    }
    users.removeLast(users.count - kept)
    items.removeLast(items.count - kept)
    times.removeLast(times.count - kept)
    if !passesValueFilters.isEmpty {
      passesValueFilters.removeLast(passesValueFilters.count - kept)
    }
  }

  /// Keeps the given rows, in the given order.
  mutating func select(_ rows: [Int32]) {
    users = rows.map { users[Int($0)] }
    items = rows.map { items[Int($0)] }
    times = rows.map { times[Int($0)] }
    if !passesValueFilters.isEmpty {
      passesValueFilters = rows.map { passesValueFilters[Int($0)] }
    }
  }
}
