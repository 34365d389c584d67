import Trials

/// Stores the decisions of a sweep for all processes that work on it.
///
/// Every method is one transaction and may be called on any thread. A process writes epochs and ends
/// attempts only with a claim, which `begin` and `resume` return:
///
///     if let claim = try store.resume(except: []) ?? store.begin(decision, except: []).claim {
///       try store.record(report, of: claim)
///       try store.end(claim, with: .complete(result))
///     }
package protocol DecisionStore: Sendable {
  /// Returns all decisions and outcomes as they are now.
  func history() throws -> History

  /// Claims the first decision without an outcome that no process carries out any more. Returns nil if
  /// there is none apart from the declined ones.
  func resume(except declined: Set<Int>) throws -> Claim?

  /// Adds a decision and claims it, if its number is still the next one and no decision apart from the
  /// declined ones has been left behind.
  func begin(_ decision: Decision, except declined: Set<Int>) throws -> Beginning

  /// Prepares the epochs of a trial for an attempt that starts after its first `count` epochs: later
  /// epochs are deleted, except those that a paused outcome was made from.
  ///
  /// Returns false if fewer epochs are stored. The attempt then has to start from the first epoch.
  func keepEpochs(_ count: Int, of claim: Claim) throws -> Bool

  /// Writes an epoch. If a paused outcome was made from this epoch, it is compared instead, and the
  /// method throws `DecisionStoreError.differs` unless it is the same to the bit.
  func record(_ report: EpochReport, of claim: Claim) throws

  /// Ends an attempt, and writes the outcome of its decision if there is one.
  func end(_ claim: Claim, with end: AttemptEnd) throws

  /// Returns whether another process has written since the last call of `history`, or has left behind
  /// a decision that is not declined. It may return true for writes of this process.
  func hasNews(except declined: Set<Int>) throws -> Bool

  /// Returns the decisions without an outcome that other processes carry out.
  func elsewhere() throws -> [DecisionElsewhere]
}

/// The right of this process to carry out a decision.
package struct Claim: Hashable, Sendable {
  package let decision: Decision
  /// The number that the store gave to the attempt.
  package let attempt: Int64

  package init(decision: Decision, attempt: Int64) {
    self.decision = decision
    self.attempt = attempt
  }

  package var trial: Trial { decision.trial }
}

/// The result of `DecisionStore.begin`.
package enum Beginning: Hashable, Sendable {
  case begun(Claim)
  /// Another process has added a decision, or has left one behind. The caller looks again.
  case overtaken
  /// Another process has begun a new revision of the sweep.
  case superseded

  package var claim: Claim? { if case .begun(let claim) = self { claim } else { nil } }
}

/// A decision that another process carries out.
package struct DecisionElsewhere: Hashable, Sendable {
  /// The number of the decision.
  package let decision: Int
  /// The number of its trial.
  package let trial: Int
  /// The machine of the other process, for messages.
  package let host: String
  /// The number of the other process on its machine, for messages.
  package let pid: Int
  /// False if this process cannot tell whether the other one is still alive.
  package let isVisible: Bool

  package init(decision: Int, trial: Int, host: String, pid: Int, isVisible: Bool) {
    self.decision = decision
    self.trial = trial
    self.host = host
    self.pid = pid
    self.isVisible = isVisible
  }
}

/// Why a store refuses to write for an attempt.
package enum DecisionStoreError: Error, Hashable, Sendable {
  /// The claim on this decision is not valid, or not any more.
  case lost(Int)
  /// An epoch was trained again and differs from the stored one.
  case differs(epoch: Int, trial: Int)
}

extension DecisionStoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .lost(let decision):
      "decision \(decision) was taken over by another process, or its trial was deleted"
    case .differs(let epoch, let trial):
      "epoch \(epoch) of trial \(trial) was trained again and is not what it was; "
        + "other kernels, data or another version of the program may have made it"
    }
  }
}
