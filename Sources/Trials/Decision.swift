/// One step of a sweep: train a trial from the epoch that it has reached up to a later one, or to its
/// end. The result of the step is an `Outcome`.
package struct Decision: Hashable, Sendable, Codable {
  /// Why a decision was made.
  package enum Purpose: String, Hashable, Sendable, CaseIterable, Codable {
    /// A strategy asked for it.
    case search
    /// The user asked for another try at a failed trial.
    case retry
    /// The best point is trained with another seed, which is not part of the search.
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
  /// The horizon of the decision, which saw the outcomes of decisions 0 ..< `seen`.
  package let seen: Int
  /// The work that the decision is expected to cost, in the unit of `workPerEpoch`. A budget of work
  /// counts it until the outcome is visible.
  package let charge: Int
  /// The work of an epoch of this point. All points of a sweep share the unit, which is no time.
  package let workPerEpoch: Int
  /// The revision of the sweep under which the decision was made. Another space, lag or budget begins
  /// another revision.
  package let revision: Int
  /// Why the decision was made, for reports; nil if nobody noted it.
  package let why: Rationale?

  package init(
    number: Int, trial: Trial, from: Int = 0, until: Int? = nil, purpose: Purpose = .search,
    seen: Int = 0, charge: Int = 0, workPerEpoch: Int = 1, revision: Int = 0,
    why: Rationale? = nil
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
    self.why = why
  }

  /// Returns the work that the decision has cost when its trial has `epochs` epochs in all. Epochs
  /// that are trained again after a lost checkpoint count once.
  package func cost(epochs: Int) -> Int { max(epochs - from, 0).multiplied(by: workPerEpoch) }
}

extension Int {
  /// Returns the product of two positive numbers, or `Int.max` if it overflows: a user may search
  /// absurd sizes.
  package func multiplied(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  /// Returns the sum of two positive numbers, or `Int.max` if it overflows.
  package func added(to other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// The result of a decision. An outcome never changes once it is written.
package struct Outcome: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    case complete, paused, failed
    /// The trial now lies outside the space, or the user deleted it. The outcome tells nothing.
    case withdrawn
  }

  package let kind: Kind
  /// The number of epochs of the trial, those of earlier decisions included.
  package let epochs: Int
  /// The epoch of the score, counted from 0; nil if the trial failed or was withdrawn.
  package let bestEpoch: Int?
  /// The best valid score so far, rounded as RecBole rounds it. Nil if no epoch has a score, or if the
  /// trial failed or was withdrawn; never NaN.
  package let score: Double?
  /// The work that the decision has cost; see `Decision.cost(epochs:)`.
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
  /// The attempt was stopped from outside. The decision has no outcome and is carried out again.
  case interrupted
  /// This process cannot carry out the decision, for the reason given. It has no outcome and waits
  /// for another process or for a later run.
  case declined(String)

  /// Returns the outcome of the decision; nil if it was interrupted or declined.
  ///
  /// - Parameter epochsTrained: The epochs of the trial that are stored, which a failure counts.
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
  /// Returns the decision that tries a failed trial once more, from its first epoch to its end. A trial
  /// that confirms a result stays apart from the search.
  ///
  /// - Precondition: The trial has a decision.
  package static func retry(ofTrial number: Int, in history: History, revision: Int) -> Decision {
    let earlier = history.decisions(ofTrial: number).map { history.decisions[$0] }
    guard let last = earlier.last else {
      preconditionFailure("trial \(number) has no decision that could be tried again")
    }
    return Decision(
      number: history.decisions.count, trial: last.trial,
      purpose: earlier[0].purpose == .confirm ? .confirm : .retry,
      seen: history.decisions.last?.seen ?? 0,
      charge: earlier.reduce(0) { $0.added(to: $1.charge) },
      workPerEpoch: last.workPerEpoch, revision: revision)
  }
}
