import Trials

/// Decides what a sweep does next, as a pure function of its history.
///
/// A strategy has no clock, no memory and no random state. Every process that works on a sweep therefore
/// comes to the same decision:
///
///     switch try strategy.next(after: history) {
///     case .decide(let plan): …       // train this trial
///     case .needsMore: …              // ask again when one more outcome is visible
///     case .done: …                   // nothing is left to decide
///     }
package protocol Strategy: Sendable {
  /// True if decisions depend on outcomes. A decision then waits for all outcomes that it may see.
  ///
  /// If it is false, only withdrawn trials may change an answer, and no decision waits while there is
  /// something to decide.
  var readsOutcomes: Bool { get }

  /// Returns what to do after the decisions and the visible outcomes of a history. It may decide only on
  /// trials that are new, paused or withdrawn.
  func next(after history: History) throws -> Advice
}

/// The answer of a strategy.
package enum Advice: Hashable, Sendable {
  case decide(Plan)
  /// There is nothing to decide before one more outcome is visible. If all outcomes are visible, this
  /// means `done`.
  case needsMore
  /// Nothing is left to decide.
  case done
}

/// What a strategy wants to train. The tuner makes a decision of it, with a number and a charge.
package struct Plan: Hashable, Sendable {
  package let point: Point
  package let seed: Int
  /// The number of epochs, counted from the start of the trial, after which it pauses; nil trains it to
  /// its end.
  package let until: Int?
  /// The number of epochs that the decision is expected to train, without those that the trial has.
  package let expectedEpochs: Int

  package init(point: Point, seed: Int, until: Int? = nil, expectedEpochs: Int) {
    self.point = point
    self.seed = seed
    self.until = until
    self.expectedEpochs = expectedEpochs
  }
}
