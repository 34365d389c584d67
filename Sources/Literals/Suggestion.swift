/// Finds the name that a user most likely meant by a mistyped name.
package enum Suggestion {
  /// Finds the closest name by edit distance, ignoring case. Of equally close names, the first one wins.
  /// If no name is close, a name of which the first letters were written is taken. Nil if there is none.
  package static func closest(to name: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    let limit = Swift.max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in names {
      let letters = Array(candidate.lowercased())
      guard abs(letters.count - wanted.count) <= limit else { continue }
      let distance = editDistance(wanted, letters)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard best == nil, wanted.count >= leastPrefix else { return best?.name }
    return names.first { $0.lowercased().hasPrefix(name.lowercased()) }
  }

  /// Fewer letters say too little about a name.
  private static let leastPrefix = 3

  /// The end of an error message: `; did you mean 'learning_rate'`, or nothing.
  package static func phrase(for name: String, among names: some Sequence<String>) -> String {
    closest(to: name, among: names).map { "; did you mean '\($0)'" } ?? ""
  }

  /// Counts the insertions, deletions, substitutions and swaps of neighbours from one word to the
  /// other.
  ///
  /// - Complexity: O(a · b)
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var distance = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          distance = min(distance, beforePrevious[j - 1] + 1)
        }
        row.append(distance)
      }
      beforePrevious = previous
      previous = row
    }
    return previous[b.count]
  }
}
