/// Ends a search that no longer improves, as RecBole's `early_stop` does.
///
/// The rule looks at trials one by one in the order of their numbers. The first counts as 1, a strict
/// improvement sets the count to 0, any other trial adds 1; the search ends where the count reaches
/// the limit, though never after its first trial. A trial without a score (failed, pruned, NaN)
/// improves nothing; the first score that follows such trials counts as 1 again.
struct ProgressRule {
  private let limit: Int
  private let biggerIsBetter: Bool
  private var best: Double?
  private var count = 0
  private var trials = 0

  init(limit: Int, biggerIsBetter: Bool) {
    precondition(limit > 0, "an early stop needs at least one trial")
    self.limit = limit
    self.biggerIsBetter = biggerIsBetter
  }

  /// How many more trials the rule looks at whatever they show: none of them can end the search
  /// before the last.
  var certainTrials: Int { max(1, limit - count) }

  /// Looks at the next trial and tells whether the search ends with it.
  mutating func ends(with score: Double?) -> Bool {
    trials += 1
    count += 1
    if let score, !score.isNaN {
      if let best {
        if biggerIsBetter ? score > best : score < best {
          self.best = score
          count = 0
        }
      } else {
        best = score
        count = 1
      }
    }
    return trials > 1 && count >= limit
  }
}
