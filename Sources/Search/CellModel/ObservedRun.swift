import Trials

/// A run of a point as far as it has been seen: its best scores epoch by epoch. Greater is better.
package struct ObservedRun: Hashable, Sendable {
  package let point: Point
  package let number: Int
  /// The best score after each epoch; −∞ before the first evaluation.
  package let best: [Double]
  /// True if the run has ended by itself.
  package let isComplete: Bool

  /// - Parameters:
  ///   - number: The number of the trial, which breaks ties.
  ///   - scores: The valid scores of all epochs; nil for an epoch without a score.
  ///   - score: The best of them.
  package init(
    point: Point, number: Int, scores: [Double?], epochs: Int, score: Double,
    direction: Direction, isComplete: Bool
  ) {
    let sign = direction == .maximize ? 1.0 : -1.0
    self.point = point
    self.number = number
    self.isComplete = isComplete
    var best: [Double] = []
    var highest = -Double.infinity
    for score in scores.prefix(epochs) {
      if let score { highest = max(highest, sign * score) }
      best.append(highest)
    }
    // A run without a curve is only known by its end.
    while best.count < max(epochs, 1) { best.append(sign * score) }
    self.best = best
  }

  package var epochs: Int { best.count }

  /// The best score so far.
  package var score: Double { best[best.count - 1] }

  /// Returns the best score after a number of epochs, and that of its end if the run was shorter.
  func score(after epochs: Int) -> Double { best[min(epochs, best.count) - 1] }
}

extension History {
  /// The runs that have a score, in the order of their trials' numbers.
  func observedRuns(_ direction: Direction) -> [ObservedRun] {
    seenTrials.compactMap { observedRun(of: $0, direction) }
  }

  /// Returns a trial with its curve; nil if it has no score.
  func observedRun(of seen: SeenTrial, _ direction: Direction) -> ObservedRun? {
    guard let score = seen.score, seen.state == .complete || seen.state == .paused else {
      return nil
    }
    return ObservedRun(
      point: seen.trial.point, number: seen.trial.number,
      scores: scores(ofTrial: seen.trial.number), epochs: seen.epochs, score: score,
      direction: direction, isComplete: seen.state == .complete)
  }
}
