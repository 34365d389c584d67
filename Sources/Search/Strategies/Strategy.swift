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

  /// True if the strategy may have something to train when the search is over; see `closing(after:)`.
  var closes: Bool { get }

  /// Returns what is still to be trained when the search is over and all outcomes are visible, so that
  /// there is a model to deliver; nil if nothing is. It is asked again after each such decision, and no
  /// budget stands in its way.
  func closing(after history: History) throws -> Plan?
}

extension Strategy {
  package var closes: Bool { false }
  package func closing(after history: History) throws -> Plan? { nil }
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
  /// The number of epochs that the decision is expected to train, without those that the trial has. Nil
  /// is the mean of the complete trials.
  package let expectedEpochs: Double?
  package let purpose: Decision.Purpose
  package let why: Rationale?

  package init(
    point: Point, seed: Int, until: Int? = nil, expectedEpochs: Double? = nil,
    purpose: Decision.Purpose = .search, why: Rationale? = nil
  ) {
    self.point = point
    self.seed = seed
    self.until = until
    self.expectedEpochs = expectedEpochs
    self.purpose = purpose
    self.why = why
  }
}
