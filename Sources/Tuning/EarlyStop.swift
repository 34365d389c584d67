import Trials

/// Ends a sweep that no longer improves, as RecBole's `early_stop` does.
///
/// Looks at the outcomes of decisions one by one in the order of their numbers. The first counts as
/// 1, a strict improvement sets the count to 0, any other outcome adds 1. The sweep ends when the
/// count reaches the limit, though never with its first decision. An outcome without a score improves
/// nothing; the first score after such outcomes counts as 1 again.
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

  /// How many more outcomes it looks at whatever they are: none of them but the last can end the
  /// sweep.
  var certainOutcomes: Int { max(1, limit - count) }

  /// Looks at the next outcome and tells whether the sweep ends with it.
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
  /// Whether there is a decision with a certain number.
  enum Existence: Hashable {
    case exists
    case unknown(until: Int)
    case stopped
  }

  /// Whether a decision is made with this number, as far as the outcomes tell that are known.
  ///
  /// A decision exists if the outcomes of all decisions before it do not end the sweep. The answer
  /// depends on these outcomes alone, so that a sweep consists of the same decisions for every number
  /// of workers and processes.
  static func existence(
    of number: Int, in history: History, limit: Int, direction: Direction
  ) -> Existence {
    var rule = EarlyStop(limit: limit, direction: direction)
    for earlier in 0..<number {
      guard let outcome = history.outcome(of: earlier) else {
        return number < earlier + rule.certainOutcomes ? .exists : .unknown(until: earlier)
      }
      if rule.ends(with: outcome.score) { return .stopped }
    }
    return .exists
  }
}
