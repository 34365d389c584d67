import Trials

/// Ends a sweep that no longer improves, as RecBole's `early_stop` does.
///
/// The rule goes through the outcomes of decisions in the order of their numbers and counts those
/// without an improvement. The first score sets the count to 1, a strictly better score sets it to 0,
/// and any other outcome adds 1. The sweep ends when the count reaches the limit, but never with its
/// first decision. Trials outside the space and withdrawn ones tell nothing and are passed over.
struct EarlyStop {
  private let limit: Int
  private let direction: Direction
  private var best: Double?
  private var count = 0
  private var outcomes = 0

  init(limit: Int, direction: Direction) {
    precondition(limit > 0, "an early stop needs at least one outcome")
    self.limit = limit
    self.direction = direction
  }

  /// How many more outcomes exist whatever their scores are: only the last of them can end the sweep.
  var certainOutcomes: Int { max(1, limit - count) }

  /// Counts the next outcome, and returns whether the sweep ends with it. The score is nil for an
  /// outcome without a score.
  mutating func ends(with score: Double?) -> Bool {
    outcomes += 1
    count += 1
    if let score {
      if let best {
        if direction.isBetter(score, than: best) {
          self.best = score
          count = 0
        }
      } else {
        best = score
        count = 1
      }
    }
    return outcomes > 1 && count >= limit
  }
}

extension EarlyStop {
  /// Whether a decision exists: whether the sweep goes on up to it.
  enum Existence: Hashable {
    case exists
    /// The outcome of this decision is needed before more can be said.
    case unknown(until: Int)
    case stopped
  }

  /// Returns whether the decision with this number exists, as far as the known outcomes tell.
  ///
  /// A decision exists if the outcomes of the decisions before it do not end the sweep. Nothing else
  /// matters, so a sweep has the same decisions for every number of workers and processes.
  static func existence(
    of number: Int, in history: History, limit: Int, direction: Direction
  ) -> Existence {
    var rule = EarlyStop(limit: limit, direction: direction)
    for earlier in 0..<number where history.counts(earlier) {
      guard let outcome = history.outcome(of: earlier) else {
        return number < earlier.added(to: rule.certainOutcomes) ? .exists : .unknown(until: earlier)
      }
      if rule.ends(with: outcome.score) { return .stopped }
    }
    return .exists
  }
}
