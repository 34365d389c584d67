import Literals

/// The interactions of a table in the order of their times.
struct PreparedTable: Sendable {
  /// Numbers of `userTokens`.
  var users: [Int32] = []
  /// Numbers of `itemTokens`.
  var items: [Int32] = []
  /// Seconds since 1970.
  var times: [Moment] = []
  /// NaN for a missing one; empty if the table has no column for them.
  var ratings: [Double] = []
  /// The tokens, after the spellings of missing values, which have the first numbers.
  var userTokens = MissingValue.table
  var itemTokens = MissingValue.table
  var droppedRows = 0
  /// The name of the form in which the table has the times.
  var timeForm = ""
  var warnings: [Diagnostic] = []

  /// Sorts by time. Rows of the same time stay in their order.
  mutating func sort() {
    let times = times
    guard times.indices.dropFirst().contains(where: { times[$0] < times[$0 - 1] }) else { return }
    var order = Array(Int32(0)..<Int32(times.count))
    order.sort { (times[Int($0)], $0) < (times[Int($1)], $1) }
    self.times = order.map { times[Int($0)] }
    users = order.map { users[Int($0)] }
    items = order.map { items[Int($0)] }
    if !ratings.isEmpty { ratings = order.map { ratings[Int($0)] } }
  }

  /// The number of rows, sorted by time, that another row has said already.
  var repeatedRows: Int {
    var count = 0
    var start = 0
    while start < times.count {
      var end = start + 1
      while end < times.count, times[end] == times[start] { end += 1 }
      if end > start + 1 {
        let pairs = (start..<end).map { UInt64(users[$0]) << 32 | UInt64(items[$0]) }
        count += pairs.count - Set(pairs).count
      }
      start = end
    }
    return count
  }
}
