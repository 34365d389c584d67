import Trials

/// Decides what a sweep does next, as a pure function of its history.
///
/// A strategy has no clock, no memory and no random state of its own, so that every process that
/// works on a sweep comes to the same decision:
///
///     switch try strategy.next(after: history) {
///     case .decide(let plan): …       // train this trial
///     case .needsMore: …              // ask again when one more outcome is visible
///     case .done: …                   // nothing is left to decide
///     }
package protocol Strategy: Sendable {
  /// True if what it decides depends on outcomes, so that every decision has to wait for the
  /// outcomes that it may see. Without that no decision ever waits for another one.
  var readsOutcomes: Bool { get }

  func next(after history: History) throws -> Advice
}

/// What a strategy answers.
package enum Advice: Hashable, Sendable {
  case decide(Plan)
  /// There may be something to decide when one more outcome is visible.
  case needsMore
  case done
}

/// A decision as a strategy wishes it, before the rules of the sweep give it a number and a price.
package struct Plan: Hashable, Sendable {
  package let point: Point
  package let seed: Int
  /// The number of epochs after which the trial pauses; nil trains it to its end.
  package let until: Int?
  /// How many epochs the strategy expects the decision to train.
  package let expectedEpochs: Int

  package init(point: Point, seed: Int, until: Int? = nil, expectedEpochs: Int) {
    self.point = point
    self.seed = seed
    self.until = until
    self.expectedEpochs = expectedEpochs
  }
}
