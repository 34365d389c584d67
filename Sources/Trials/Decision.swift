/// One step of a sweep: train this trial from the epoch where it stands until another one, or to its
/// end. What came of it is its `Outcome`.
package struct Decision: Hashable, Sendable, Codable {
  /// Why a decision was made.
  package enum Purpose: String, Hashable, Sendable, Codable {
    /// A strategy asked for it.
    case search
    /// A failed trial is tried once more because the user said so.
    case retry
    /// A fresh seed of the winner, which no strategy sees.
    case confirm
    /// The user named the point.
    case imported = "import"
  }

  /// Numbers count from 0 without gaps.
  package let number: Int
  package let trial: Trial
  /// The number of epochs that the trial had when the decision was made.
  package let from: Int
  /// The number of epochs after which the trial pauses; nil trains it to its end.
  package let until: Int?
  package let purpose: Purpose
  /// The horizon: the decision was made from the outcomes of decisions 0 ..< `seen`.
  package let seen: Int
  /// What the decision is expected to cost, in units of work; see `workPerEpoch`.
  package let charge: Int
  /// The work of an epoch of this point, in a unit that all points of the sweep share.
  package let workPerEpoch: Int
  /// The revision of the sweep (its space, budgets and lag) under which the decision was made.
  package let revision: Int

  package init(
    number: Int, trial: Trial, from: Int = 0, until: Int? = nil, purpose: Purpose = .search,
    seen: Int = 0, charge: Int = 0, workPerEpoch: Int = 1, revision: Int = 0
  ) {
    self.number = number
    self.trial = trial
    self.from = from
    self.until = until
    self.purpose = purpose
    self.seen = seen
    self.charge = charge
    self.workPerEpoch = workPerEpoch
    self.revision = revision
  }

  /// The work of the epochs that the decision has trained. Retraining after a loss costs nothing.
  package func cost(epochs: Int) -> Int { max(epochs - from, 0).multiplied(by: workPerEpoch) }
}

extension Int {
  /// The product, or the largest number if that is beyond all counting: absurd sizes may be searched.
  package func multiplied(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  /// The sum, or the largest number if that is beyond all counting.
  func added(to other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// What came of a decision. An outcome never changes once it is written.
package struct Outcome: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    case complete, paused, failed
    /// The trial lies outside the space now, or was deleted by hand: the outcome tells nothing.
    case withdrawn
  }

  package let kind: Kind
  /// Epochs that the trial has in all.
  package let epochs: Int
  package let bestEpoch: Int?
  /// The best valid score so far, rounded as RecBole rounds it; nil without one, and of a failed or
  /// withdrawn trial.
  package let score: Double?
  /// The work of the decision, see `Decision.cost`.
  package let cost: Int

  package init(kind: Kind, epochs: Int, bestEpoch: Int?, score: Double?, cost: Int) {
    self.kind = kind
    self.epochs = epochs
    self.bestEpoch = bestEpoch
    self.score = score
    self.cost = cost
  }
}

/// How an attempt at a decision ended.
package enum AttemptEnd: Hashable, Sendable {
  case complete(TrialResult)
  /// The decision's last epoch is trained and its checkpoint is safe.
  case paused(TrialResult)
  case failed(FailureReason, message: String)
  /// Stopped from outside: the decision has no outcome, and is to be carried out again.
  case interrupted
  /// Not begun, because this process cannot: the decision has no outcome, and waits.
  case declined(String)

  /// The outcome of the decision; nil if the attempt has brought none.
  package func outcome(of decision: Decision, epochsTrained: Int) -> Outcome? {
    switch self {
    case .complete(let result), .paused(let result):
      let isPaused = if case .paused = self { true } else { false }
      let score = result.validScore.flatMap { $0.isNaN ? nil : $0 }
      return Outcome(
        kind: isPaused ? .paused : .complete, epochs: result.epochs, bestEpoch: result.bestEpoch,
        score: score, cost: decision.cost(epochs: result.epochs))
    case .failed:
      return Outcome(
        kind: .failed, epochs: epochsTrained, bestEpoch: nil, score: nil,
        cost: decision.cost(epochs: epochsTrained))
    case .interrupted, .declined:
      return nil
    }
  }
}

extension Decision {
  /// The decision that tries a failed trial once more, from its first epoch on.
  package static func retry(ofTrial number: Int, in history: History, revision: Int) -> Decision {
    let last = history.decisions[history.decisions(ofTrial: number).last ?? 0]
    return Decision(
      number: history.decisions.count, trial: last.trial, purpose: .retry,
      seen: history.decisions.last?.seen ?? 0, charge: last.charge,
      workPerEpoch: last.workPerEpoch, revision: revision)
  }
}
