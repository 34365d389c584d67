import Trials

/// RecBole's rule for ending a training: a score that is at least as good as the best so far becomes
/// the best, and more than `stoppingStep` evaluations in a row without such a score end the training.
///
/// Scores are compared rounded, as they are reported. Ties are common, and the later epoch wins.
package struct EarlyStopping: Hashable, Sendable {
  /// What follows from one evaluation.
  package struct Decision: Hashable, Sendable {
    /// True if the model as it is now is the one to keep.
    package let isBest: Bool
    package let shouldStop: Bool
  }

  package let stoppingStep: Int
  package let direction: Direction
  /// The best score so far, nil before the first one.
  package private(set) var best: Double?
  /// Evaluations since the best score.
  package private(set) var evaluationsWithoutGain = 0

  /// Starts before the first evaluation, or goes on from an earlier state.
  package init(
    stoppingStep: Int, direction: Direction, best: Double? = nil, evaluationsWithoutGain: Int = 0
  ) {
    self.stoppingStep = stoppingStep
    self.direction = direction
    self.best = best
    self.evaluationsWithoutGain = evaluationsWithoutGain
  }

  /// Takes the score of one evaluation; NaN is never the best.
  package mutating func update(_ value: Double) -> Decision {
    let isBest =
      best.map { value == $0 || direction.isBetter(value, than: $0) } ?? !value.isNaN
    if isBest {
      best = value
      evaluationsWithoutGain = 0
      return Decision(isBest: true, shouldStop: false)
    }
    evaluationsWithoutGain += 1
    return Decision(isBest: false, shouldStop: evaluationsWithoutGain > stoppingStep)
  }
}
