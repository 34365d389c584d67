import Trials

/// Where the decisions of a sweep stand, shared by all processes that work on it.
///
/// Every method is one transaction. `begin` and `resume` give the process a claim, without which it
/// can report nothing:
///
///     if let claim = try store.resume(except: []) ?? store.begin(decision, except: []).claim {
///       try store.record(report, of: claim)
///       try store.end(claim, with: .complete(result))
///     }
package protocol DecisionStore: Sendable {
  /// All decisions and outcomes as they are now. Only what is new is read.
  func history() throws -> History

  /// Takes up the first decision that has no outcome and that nobody carries out any more; nil if
  /// there is none but the excepted ones.
  func resume(except declined: Set<Int>) throws -> Claim?

  /// Writes down a decision and claims it.
  func begin(_ decision: Decision, except declined: Set<Int>) throws -> Beginning

  /// Keeps the first epochs that earlier attempts have written, and deletes what they wrote after
  /// that: the attempt goes on from there. Epochs that an outcome covers always stay.
  ///
  /// Returns false if not all of the first epochs are there; the attempt then starts anew.
  func keepEpochs(_ count: Int, of claim: Claim) throws -> Bool

  /// Writes down an epoch. An epoch that an outcome covers already has to be the same to the bit.
  func record(_ report: EpochReport, of claim: Claim) throws

  /// Ends the attempt; its outcome, if it has one, stays for ever.
  func end(_ claim: Claim, with end: AttemptEnd) throws

  /// True if other processes have written something since `history` was last called, or if one of
  /// them is gone and has left a decision behind that is not declined.
  func hasNews(except declined: Set<Int>) throws -> Bool

  /// The decisions without an outcome that other processes carry out.
  func elsewhere() throws -> [DecisionElsewhere]
}

/// A decision that this process carries out.
package struct Claim: Hashable, Sendable {
  package let decision: Decision
  /// The store's own number of the attempt.
  package let attempt: Int64

  package init(decision: Decision, attempt: Int64) {
    self.decision = decision
    self.attempt = attempt
  }

  package var trial: Trial { decision.trial }
}

/// What became of a decision that was to begin.
package enum Beginning: Hashable, Sendable {
  case begun(Claim)
  /// Another process was faster, or has left a decision behind that comes first: look again.
  case overtaken
  /// The sweep has another space or other budgets now.
  case superseded

  package var claim: Claim? { if case .begun(let claim) = self { claim } else { nil } }
}

/// A decision that another process carries out.
package struct DecisionElsewhere: Hashable, Sendable {
  package let decision: Int
  package let trial: Int
  package let host: String
  /// False if this process cannot tell whether the other one is still alive.
  package let isVisible: Bool

  package init(decision: Int, trial: Int, host: String, isVisible: Bool) {
    self.decision = decision
    self.trial = trial
    self.host = host
    self.isVisible = isVisible
  }
}

/// What a store throws if an attempt may not go on.
package enum DecisionStoreError: Error, Hashable, Sendable {
  /// The decision is not, or no longer, this process's to report.
  case lost(Int)
  /// Retraining gave another epoch than the one that an outcome stands on.
  case differs(epoch: Int, trial: Int)
}

extension DecisionStoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .lost(let decision): "decision \(decision) belongs to another process"
    case .differs(let epoch, let trial):
      "epoch \(epoch) of trial \(trial) was trained again and is not what it was"
    }
  }
}
