import Trials

/// RecBole's rule that ends a training.
///
/// A score that is at least as good as the best score so far becomes the best score. More than
/// `stoppingStep` evaluations in a row without such a score end the training. The scores are rounded
/// as they are reported, so that ties are common. The later epoch wins a tie.
package struct EarlyStopping: Hashable, Sendable {
  /// The consequences of one evaluation.
  package struct Decision: Hashable, Sendable {
    /// True if the current model is the best so far.
    package let isBest: Bool
    package let shouldStop: Bool
  }

  package let stoppingStep: Int
  package let direction: Direction
  /// The best score so far, nil before the first score.
  package private(set) var best: Double?
  /// The number of evaluations since the best score.
  package private(set) var evaluationsWithoutGain = 0

  /// Starts before the first evaluation, or continues from an earlier state.
  package init(
    stoppingStep: Int, direction: Direction, best: Double? = nil, evaluationsWithoutGain: Int = 0
  ) {
    self.stoppingStep = stoppingStep
    self.direction = direction
    self.best = best
    self.evaluationsWithoutGain = evaluationsWithoutGain
  }

  /// Takes the score of one evaluation. NaN is never the best score.
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
