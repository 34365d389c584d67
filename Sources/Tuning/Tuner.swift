import Search
import Trials

/// Makes the next decision of a sweep from its strategy, its budgets and its early stop.
///
/// Decision n sees the outcomes of decisions 0 … n − lag and nothing later, unless the strategy asks
/// for more. It is therefore the same for every number of workers, processes and machines, whatever
/// their speed and whenever one of them dies. A tuner has no clock, no lock, no input and no output:
///
///     switch try tuner.next(after: history) {
///     case .decide(let decision): try store.begin(decision, except: [])
///     case .wait(let number): …       // until decision `number` has an outcome
///     case .finished(let end): …
///     }
package struct Tuner: Sendable {
  private let strategy: any Strategy
  private let direction: Direction
  private let budget: Budget
  private let lag: Int
  private let epochs: Int
  private let workPerEpoch: @Sendable (Point) throws -> Int
  private let confirmation: Confirmation?

  /// The limits of a sweep, earlier runs included. Nil is no limit.
  package struct Budget: Hashable, Sendable {
    /// The most trials; see `History.countedTrials`.
    package var trials: Int?
    /// The most work, in the unit of `Decision.workPerEpoch`.
    package var work: Int?
    /// The number of outcomes in a row without a strictly better score that ends the sweep.
    package var earlyStop: Int?

    package init(trials: Int? = nil, work: Int? = nil, earlyStop: Int? = nil) {
      self.trials = trials
      self.work = work
      self.earlyStop = earlyStop
    }
  }

  /// - Parameters:
  ///   - lag: Decision n sees the outcomes of decisions 0 … n − `lag`; at least 1.
  ///   - epochs: The most epochs of any trial.
  ///   - workPerEpoch: Returns the work of an epoch of a point. It may depend only on the
  ///     configuration and the data of the sweep.
  ///   - confirmation: Trains the recommended point with fresh seeds when the search is over; nil for
  ///     no such trials.
  package init(
    strategy: any Strategy, direction: Direction, lag: Int, budget: Budget = Budget(),
    epochs: Int = Int.max, workPerEpoch: @escaping @Sendable (Point) throws -> Int = { _ in 1 },
    confirmation: Confirmation? = nil
  ) {
    precondition(lag > 0, "a decision cannot see its own outcome")
    self.strategy = strategy
    self.direction = direction
    self.lag = lag
    self.budget = budget
    self.epochs = epochs
    self.workPerEpoch = workPerEpoch
    self.confirmation = confirmation
  }

  package enum Step: Hashable, Sendable {
    case decide(Decision)
    /// Nothing can be decided before this decision has an outcome.
    case wait(for: Int)
    case finished(SweepEnd)
  }

  /// Returns the next step, given all decisions and outcomes that are known now.
  package func next(after history: History) throws -> Step {
    let step = try nextOfSearch(after: history)
    guard case .finished(let end) = step, end == .finished || end == .stoppedEarly else {
      return step
    }
    // What follows the search looks at all of it, and no budget stands in its way.
    guard strategy.closes || confirmation != nil else { return step }
    guard history.settledCount == history.decisions.count else {
      return .wait(for: history.settledCount)
    }
    let whole = history.seen(upTo: history.decisions.count)
    let plan = try strategy.closing(after: whole) ?? confirmation?.plan(after: whole)
    guard let plan, case .decide(let decision) = try price(plan, whole, left: nil) else {
      return step
    }
    return .decide(decision)
  }

  private func nextOfSearch(after history: History) throws -> Step {
    let number = history.decisions.count
    if let limit = budget.earlyStop {
      switch EarlyStop.existence(of: number, in: history, limit: limit, direction: direction) {
      case .exists: break
      case .unknown(let earlier): return .wait(for: earlier)
      case .stopped: return .finished(.stoppedEarly)
      }
    }
    var horizon = firstHorizon(of: number, in: history)
    while true {
      guard horizon <= history.settledCount else { return .wait(for: history.settledCount) }
      switch try advice(history.seen(upTo: horizon)) {
      case .decide(let decision): return .decide(decision)
      case .done: return .finished(.finished)
      case .needsMore where horizon == number: return .finished(.finished)
      case .needsMore: horizon = horizonAfter(horizon, of: number, in: history)
      }
    }
  }

  /// Returns the horizon with which the strategy is asked first: h(n) = max(h(n − 1), n − lag + 1). If
  /// nothing depends on outcomes, the lag does not count and no decision waits.
  private func firstHorizon(of number: Int, in history: History) -> Int {
    let last = history.decisions.last?.seen ?? 0
    return dependsOnOutcomes ? max(last, number - lag + 1) : last
  }

  /// Returns the next horizon after an answer of `needsMore`: one more outcome. If nothing depends on
  /// outcomes, only a withdrawn trial can change the answer, so the horizon moves behind the next one.
  private func horizonAfter(_ horizon: Int, of number: Int, in history: History) -> Int {
    if dependsOnOutcomes { return horizon + 1 }
    return history.firstWithdrawn(from: horizon).map { $0 + 1 } ?? number
  }

  /// True if decisions wait for outcomes, so that no more of them run at a time than the lag.
  package var dependsOnOutcomes: Bool { strategy.readsOutcomes || budget.work != nil }

  /// The answer of the strategy after the budgets have been checked, with a finished decision.
  private enum PricedAdvice {
    case decide(Decision)
    case needsMore
    case done
  }

  /// Asks the strategy with a history that ends at a horizon, and checks the budgets.
  private func advice(_ history: History) throws -> PricedAdvice {
    let committed = budget.work == nil ? 0 : history.committedWork
    if let work = budget.work, committed >= work { return .needsMore }
    switch try strategy.next(after: history) {
    case .needsMore: return .needsMore
    case .done: return .done
    case .decide(let plan):
      let known = history.trial(of: plan.point, seed: plan.seed)
      let isContinued = known.flatMap(history.lastOutcome)?.kind == .paused
      if !isContinued, let trials = budget.trials, history.countedTrials >= trials {
        return .needsMore
      }
      return try price(plan, history, left: budget.work.map { $0 - committed })
    }
  }

  /// Turns a plan into a decision with a number and a charge. If the work that is left does not reach
  /// to its end, the decision pauses after as many whole epochs as it does reach.
  private func price(_ plan: Plan, _ history: History, left: Int?) throws -> PricedAdvice {
    let known = history.trial(of: plan.point, seed: plan.seed)
    if let last = known.map(history.lastOutcome) {
      precondition(
        last?.kind == .paused || last?.kind == .withdrawn,
        "a strategy decides on trials that are new, paused or withdrawn")
    }
    let from = known.map(history.epochs(ofTrial:)) ?? 0
    let work = max(1, try workPerEpoch(plan.point))
    precondition(plan.until.map { $0 > from } ?? true, "a plan trains at least one epoch")
    // A pause at the last epoch is the end.
    var until = plan.until.flatMap { $0 < epochs ? $0 : nil }
    var expected = max(
      plan.expectedEpochs ?? usualEpochs(from: from, until: until, in: history), 1)
    if let left {
      let affordable = left / work
      guard affordable > 0 else { return .needsMore }
      if (until ?? epochs) - from > affordable { until = from + affordable }
      expected = min(expected, Double(affordable))
    }
    let charge = (expected * Double(work)).rounded()
    return .decide(
      Decision(
        number: history.decisions.count,
        trial: Trial(number: known ?? history.trialCount, point: plan.point, seed: plan.seed),
        from: from, until: until, purpose: plan.purpose, seen: history.horizon,
        charge: plan.purpose == .confirm ? 0 : Int(exactly: charge) ?? .max, workPerEpoch: work,
        revision: history.revision,
        why: plan.why ?? (plan.purpose == .search ? Rationale(.sampled) : nil)))
  }

  /// Returns how many epochs a decision is expected to train: as many as the complete trials had on
  /// average, and 30 while there is none. Without a budget of work nobody looks at it, and all epochs
  /// are charged.
  private func usualEpochs(from: Int, until: Int?, in history: History) -> Double {
    let end = min(until ?? epochs, epochs)
    guard budget.work != nil else { return Double(end - from) }
    let trained = history.seenTrials.filter { $0.state == .complete || $0.epochs >= end }
      .map { min($0.epochs, end) }
    let mean =
      trained.isEmpty
      ? min(30, Double(end)) : Double(trained.reduce(0, +)) / Double(trained.count)
    return mean - Double(from)
  }
}

/// Why a run of a sweep ended.
package enum SweepEnd: Hashable, Sendable {
  /// Nothing is left to decide.
  case finished
  /// The early stop ended the sweep.
  case stoppedEarly
  /// The run reached its limit of failed trials.
  case tooManyFailures
  case cancelled
  /// Another process has begun a new revision of the sweep, with another space or other budgets.
  case superseded
  /// These decisions are left, and this process cannot carry them out.
  case unfinished([UnfinishedDecision])
}

/// A decision without an outcome at the end of a run, and why.
package struct UnfinishedDecision: Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// This process has declined it, for the reason given.
    case declined(String)
    /// Another process carries it out, and cannot be seen from here: it may be dead.
    case unseen(host: String, pid: Int)
  }

  package let decision: Int
  /// The number of the trial.
  package let trial: Int
  package let cause: Cause

  package init(decision: Int, trial: Int, cause: Cause) {
    self.decision = decision
    self.trial = trial
    self.cause = cause
  }

  init(unseen other: DecisionElsewhere) {
    self.init(
      decision: other.decision, trial: other.trial,
      cause: .unseen(host: other.host, pid: other.pid))
  }
}
