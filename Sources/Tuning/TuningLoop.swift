import Dispatch
import Foundation
import Trials

/// Something that happened in a run. The store has it before the event is sent.
package enum TuningEvent: Sendable {
  case started(Decision)
  case epoch(Decision, EpochReport)
  case ended(Decision, AttemptEnd)
  /// The run has nothing to do until these decisions of other processes, which are alive, have ended. It
  /// is sent at most once in a run.
  case waiting([DecisionElsewhere])
}

/// Runs a sweep: asks the tuner for decisions, lets the executor carry them out, and stores their
/// outcomes. A loop serves for one run.
///
///     let loop = TuningLoop(tuner: tuner, store: store, executor: executor, observe: show)
///     let end = try loop.run()
///
/// Decisions are made on one serial queue. Epochs and outcomes are stored by the threads that train.
package final class TuningLoop: Sendable {
  private enum Phase { case created, running, over }

  /// What the queue and the threads that train share.

  private struct State {
    /// The slots without a decision, in descending order: the last one is taken first.
    var freeSlots: [Int]
    /// The decisions that run, by slot.
    var running: [Int: Claim] = [:]
    /// The decisions that this process cannot carry out, by decision number.
    var declined: [Int: UnfinishedDecision] = [:]
    /// The number of failed trials of this run.
    var failures = 0
    /// Why the run ends. Once it is set, no decision is made any more.
    var end: SweepEnd?
    /// The first error of the store or of the observer.
    var error: (any Error)?
    /// True if a look for news is scheduled.
    var isPolling = false
    var hasToldOfWaiting = false
    var phase = Phase.created

    /// Returns true the first time that it is called.
    mutating func tellsOfWaiting() -> Bool {
      defer { hasToldOfWaiting = true }
      return !hasToldOfWaiting
    }
  }

  private let tuner: Tuner
  private let store: any DecisionStore
  private let executor: any Executor
  private let maxFailures: Int?
  private let observe: @Sendable (TuningEvent) throws -> Void
  private let state: LockedValue<State>
  private let queue = DispatchQueue(label: "sine-tune.tuning")
  private let isRunning = DispatchGroup()

  /// Seconds between two looks for news of other processes.
  private static let pollingInterval = 0.1

  /// - Parameters:
  ///   - maxFailures: The number of failed trials of this run after which no trial is started; nil is
  ///     no limit.
  ///   - observe: Takes the events, on several threads at once. The events of one decision come in
  ///     order. An error that it throws ends the run.
  package init(
    tuner: Tuner, store: any DecisionStore, executor: any Executor, maxFailures: Int? = nil,
    observe: @escaping @Sendable (TuningEvent) throws -> Void = { _ in }
  ) {
    self.tuner = tuner
    self.store = store
    self.executor = executor
    self.maxFailures = maxFailures
    self.observe = observe
    state = LockedValue(State(freeSlots: (0..<executor.capacity).reversed()))
  }

  /// Runs the sweep, and blocks the caller until nothing runs any more. It may be called once.
  ///
  /// Throws the first error of the store, the tuner or the observer.
  package func run() throws -> SweepEnd {
    isRunning.enter()
    // A run that was cancelled before leaves the group as soon as it is running.
    state.withLock { $0.phase = .running }
    advanceLater()
    isRunning.wait()
    return try state.withLock { state in
      if let error = state.error { throw error }
      return state.end ?? .finished
    }
  }

  /// Ends the run soon: no decision is made any more, and running trials are interrupted. It returns at
  /// once, and may be called on any thread and before `run`.
  package func cancel() {
    stop(.cancelled)
    advanceLater()
  }

  private func advanceLater() {
    queue.async { self.advance() }
  }

  /// Fills the free slots as far as decisions can be made now. Runs on the queue only.
  private func advance() {
    do {
      while let slot = state.withLock({ $0.freeSlots.last }), let result = try nextClaim() {
        switch result {
        case .carryOut(let claim): start(claim, in: slot)
        case .wait: return try waitOrEnd(nil)
        case .finished(.superseded): stop(.superseded)
        case .finished(let end): return try waitOrEnd(end)
        }
      }
    } catch {
      fail(error)
    }
    finishIfIdle()
  }

  /// Returns what to do next; nil if the run ends.
  private func nextClaim() throws -> NextClaim.Result? {
    var next = NextClaim(tuner: tuner, store: store)
    while true {
      let (declined, end) = state.withLock { (Set($0.declined.keys), $0.end) }
      if end != nil { return nil }
      if let result = try next.step(declined: declined) { return result }
    }
  }

  /// Waits for trials of this or of other processes, or ends the run if there is nothing to wait for.
  ///
  /// Nobody waits for a process that cannot be seen: it may have been dead for days.
  ///
  /// - Parameter end: How the run ends if no decision is left; nil if the tuner waits for an outcome.
  private func waitOrEnd(_ end: SweepEnd?) throws {
    let (isBusy, declined) = state.withLock { (!$0.running.isEmpty, $0.declined) }
    let others = try store.elsewhere()
    let visible = others.filter(\.isVisible)
    let isStuck = end != nil || !declined.isEmpty || !others.isEmpty
    if !isBusy, isStuck, visible.isEmpty,
      // News since the history was read may be what the run waits for.
      try !store.hasNews(except: Set(declined.keys))
    {
      // Another process may have carried out what this one declined.
      let history = try store.history()
      let open = declined.keys.sorted().filter { history.outcome(of: $0) == nil }
      let unfinished =
        open.compactMap { declined[$0] } + others.map(UnfinishedDecision.init(unseen:))
      if let end = unfinished.isEmpty ? end : .unfinished(unfinished) {
        stop(end)
        return finishIfIdle()
      }
    }
    if !isBusy, !visible.isEmpty, state.withLock({ $0.tellsOfWaiting() }) {
      try observe(.waiting(visible))
    }
    poll()
  }

  /// Schedules a look for news, unless one is scheduled already.
  private func poll() {
    let isNew = state.withLock { state in
      defer { state.isPolling = true }
      return !state.isPolling
    }
    guard isNew else { return }
    queue.asyncAfter(deadline: .now() + Self.pollingInterval) { [weak self] in
      self?.lookForNews()
    }
  }

  /// Goes on if there are news of other processes, or looks again later. Runs on the queue only.
  private func lookForNews() {
    let (declined, isBusy) = state.withLock { state in
      state.isPolling = false
      let canGoOn = state.end == nil && !state.freeSlots.isEmpty
      return (canGoOn ? Set(state.declined.keys) : nil, !state.running.isEmpty)
    }
    guard let declined else { return }
    do {
      // A run that has nothing to do goes on in any case, to see when the other processes have ended.
      if try !isBusy || store.hasNews(except: declined) { advance() } else { poll() }
    } catch {
      fail(error)
      finishIfIdle()
    }
  }

  /// Starts a decision in a free slot. Runs on the queue only.
  private func start(_ claim: Claim, in slot: Int) {
    let isCancelled = state.withLock { state in
      // Another slot may have become free since `slot` was looked up, so it need not be the last one.
      state.freeSlots.removeAll { $0 == slot }
      state.running[slot] = claim
      return state.end != nil
    }
    if isCancelled { return ended(claim, in: slot, .success(.interrupted)) }
    do {
      try observe(.started(claim.decision))
    } catch {
      fail(error)
      return ended(claim, in: slot, .success(.interrupted))
    }
    executor.start(claim, in: slot, reporting: { [self] in try record($0, of: claim) }) {
      [self] result in ended(claim, in: slot, result)
    }
  }

  /// Stores an epoch, on the thread that has trained it.
  private func record(_ report: EpochReport, of claim: Claim) throws {
    do {
      try store.record(report, of: claim)
      try observe(.epoch(claim.decision, report))
    } catch let error as DecisionStoreError {
      // An epoch that differs fails the trial; a claim that was lost ends the run.
      if case .differs = error { throw error }
      throw RunFailure(error)
    } catch {
      throw RunFailure(error)
    }
  }

  /// Stores how an attempt ended, and frees its slot. Runs on the thread that has carried it out.
  private func ended(_ claim: Claim, in slot: Int, _ result: Result<AttemptEnd, any Error>) {
    var end = AttemptEnd.interrupted
    switch result {
    case .success(let value): end = value
    case .failure(let error): fail((error as? RunFailure)?.cause ?? error)
    }
    do {
      try store.end(claim, with: end)
      count(end, of: claim)
      try observe(.ended(claim.decision, end))
    } catch {
      fail(error)
    }
    state.withLock { state in
      state.running[slot] = nil
      state.freeSlots.append(slot)
      state.freeSlots.sort(by: >)
    }
    advanceLater()
  }

  /// Remembers a declined decision, and counts a failed one.
  private func count(_ end: AttemptEnd, of claim: Claim) {
    switch end {
    case .declined(let reason):
      state.withLock { state in
        state.declined[claim.decision.number] = UnfinishedDecision(
          decision: claim.decision.number, trial: claim.trial.number, cause: .declined(reason))
      }
    case .failed:
      let failures = state.withLock { state in
        state.failures += 1
        return state.failures
      }
      if let maxFailures, failures >= maxFailures { stop(.tooManyFailures) }
    case .complete, .paused, .interrupted:
      break
    }
  }

  /// Ends the run with an error. Only the first one counts.
  private func fail(_ error: any Error) {
    state.withLock { $0.error = $0.error ?? error }
    stop(.cancelled)
  }

  /// Lets no further decision be made. Running trials are interrupted only if the run is cancelled.
  private func stop(_ end: SweepEnd) {
    state.withLock { state in
      // The first reason stands, unless the run is cancelled after it.
      if state.end == nil || end == .cancelled { state.end = end }
    }
    if end == .cancelled { executor.cancel() }
  }

  /// Lets `run` return if the run ends and no decision runs any more.
  private func finishIfIdle() {
    let isOver = state.withLock { state in
      guard state.end != nil, state.running.isEmpty, state.phase == .running else { return false }
      state.phase = .over
      return true
    }
    if isOver { isRunning.leave() }
  }
}
