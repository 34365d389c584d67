/// Why a sweep came to its end.
package enum SweepEnd: Hashable, Sendable {
  /// No trial was left to hand out.
  case finished
  /// The early stop ended it.
  case stoppedEarly
  /// The limit of failures ended it.
  case tooManyFailures
  case cancelled
}

/// A trial that an earlier run of the sweep has finished.
package struct FinishedTrial: Hashable, Sendable {
  package let number: Int
  /// Nil where the trial failed, was pruned or has no score.
  package let score: Double?

  package init(number: Int, score: Double?) {
    self.number = number
    self.score = score
  }
}

/// The scheduler's decisions: pure, without locks and side effects. Events go in; what comes out is
/// what a worker does next, and which parked workers are to be woken.
///
/// **Determinism.** The early stop follows the trials in the order of their numbers, 0, 1, 2, …, never
/// in the order of completion, and a trial is handed out only when it is certain that the rule will
/// look at it. A sweep therefore consists of the very same trials for every number of jobs, with or
/// without interruptions; the price is that workers pause while the rule is about to decide. This
/// holds as long as one process runs the sweep and numbers have no gaps. `maxFailures` is no part of
/// it: a guard against a sweep that is broken altogether, it counts failures as they happen.
struct SweepState: Sendable {
  /// What a free worker does next.
  enum Step: Hashable {
    /// Ask for the next trial, then report `handedOut` or `exhausted`.
    case ask
    /// Leave; the worker is woken when there may be work.
    case park
    /// Leave for good.
    case stop
  }

  private var rule: ProgressRule?
  private let maxFailures: Int?
  /// The number that the rule looks at next.
  private var cursor = 0
  /// Scores of finished trials that the rule has not looked at.
  private var scores: [Int: Double?]
  private var running: Set<Int> = []
  private var asking = 0
  private var parked: [Int] = []
  private var failures = 0
  private var isExhausted = false
  private var isStoppedEarly = false
  private var hasTooManyFailures = false
  private var isCancelled = false
  private var error: (any Error)?

  init(
    biggerIsBetter: Bool, earlyStop: Int?, maxFailures: Int? = nil, finished: [FinishedTrial] = []
  ) {
    rule = earlyStop.map { ProgressRule(limit: $0, biggerIsBetter: biggerIsBetter) }
    self.maxFailures = maxFailures
    scores = Dictionary(finished.map { ($0.number, $0.score) }, uniquingKeysWith: { $1 })
    applyRule()
  }

  /// Decides what a worker does that has nothing to do.
  mutating func step(ofWorker worker: Int) -> Step {
    if isOver { return .stop }
    guard allowance > 0 else {
      parked.append(worker)
      return .park
    }
    asking += 1
    return .ask
  }

  /// Notes the trial that an asking worker was given, and returns the workers to wake.
  mutating func handedOut(_ number: Int) -> [Int] {
    asking -= 1
    running.insert(number)
    return wake()
  }

  /// Notes that an asking worker was given nothing: there is no further trial.
  mutating func exhausted() {
    asking -= 1
    isExhausted = true
  }

  /// Notes the end of a trial, and returns the workers to wake.
  mutating func ended(_ number: Int, _ outcome: TrialOutcome) -> [Int] {
    running.remove(number)
    switch outcome {
    case .complete(let summary): scores[number] = .some(summary.validScore)
    case .pruned: scores[number] = .some(nil)
    case .failed:
      scores[number] = .some(nil)
      failures += 1
    case .interrupted: break
    }
    if let maxFailures, failures >= maxFailures { hasTooManyFailures = true }
    applyRule()
    return wake()
  }

  mutating func cancel() {
    isCancelled = true
  }

  /// Notes an error that ends the sweep; the first one counts.
  mutating func fail(_ error: any Error) {
    if self.error == nil { self.error = error }
  }

  /// The end of the sweep, to be asked once every worker has left.
  func result() throws -> SweepEnd {
    if let error { throw error }
    if isCancelled { return .cancelled }
    if hasTooManyFailures { return .tooManyFailures }
    return isStoppedEarly ? .stoppedEarly : .finished
  }

  private var isOver: Bool {
    isExhausted || isStoppedEarly || hasTooManyFailures || isCancelled || error != nil
  }

  /// How many more workers may ask for a trial at this moment.
  private var allowance: Int {
    guard let rule else { return Int.max }
    let certain = cursor..<(cursor + rule.certainTrials)
    let known = running.count { certain.contains($0) } + scores.count { certain.contains($0.key) }
    return certain.count - known - asking
  }

  private mutating func wake() -> [Int] {
    if isOver { return [] }
    let woken = Array(parked.prefix(max(0, allowance)))
    parked.removeFirst(woken.count)
    return woken
  }

  /// Shows the rule every finished trial up to the first that is not.
  private mutating func applyRule() {
    guard rule != nil else { return }
    while !isStoppedEarly, let score = scores.removeValue(forKey: cursor) {
      cursor += 1
      isStoppedEarly = rule?.ends(with: score) ?? false
    }
  }
}
