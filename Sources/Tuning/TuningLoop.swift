import Dispatch
import Foundation
import Trials

/// A change in a run, in the order in which it happened. What is told has been stored.
package enum TuningEvent: Sendable {
  case started(Decision)
  case epoch(Decision, EpochReport)
  case ended(Decision, AttemptEnd)
  /// Nothing can go on before decisions of other processes have ended.
  case waiting([DecisionElsewhere])
}

/// Runs a sweep: asks the tuner for decisions, has them carried out, and writes down what becomes of
/// them. It lives as long as the run, and holds the lock and the side effects that the tuner has not.
///
///     let loop = TuningLoop(tuner: tuner, store: store, executor: executor, observe: show)
///     let end = try loop.run()
///
/// All deciding happens on one serial queue; epochs are stored by the threads that train.
package final class TuningLoop: Sendable {
  private enum Phase { case created, running, over }

  private struct State {
    var freeSlots: [Int]
    var running: [Int: Claim] = [:]
    /// By decision number.
    var declined: [Int: UnfinishedDecision] = [:]
    var failures = 0
    /// Why no further decision is made.
    var end: SweepEnd?
    var error: (any Error)?
    var isPolling = false
    var hasToldOfWaiting = false
    var phase = Phase.created

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

  /// How often a run that has nothing to do looks for news of other processes.
  private static let pollingInterval = 0.1

  /// - Parameters:
  ///   - maxFailures: Ends the run after that many failed trials of this run.
  ///   - observe: Takes events; those of a decision in order, those of several decisions at once. An
  ///     error that it throws ends the run.
  package init(
    tuner: Tuner, store: any DecisionStore, executor: any Executor, maxFailures: Int? = nil,
    observe: @escaping @Sendable (TuningEvent) throws -> Void = { _ in }
  ) {
    self.tuner = tuner
    self.store = store
    self.executor = executor
    self.maxFailures = maxFailures
    self.observe = observe
    // The lowest slot is taken first, and so the last of the list.
    state = LockedValue(State(freeSlots: (0..<executor.capacity).reversed()))
  }

  /// Runs once in the loop's life, and blocks the caller until nothing runs any more.
  ///
  /// Throws the first error of the store or of `observe`.
  package func run() throws -> SweepEnd {
    isRunning.enter()
    // Not before: a run that is cancelled at once leaves the group, which has to have been entered.
    state.withLock { $0.phase = .running }
    advanceLater()
    isRunning.wait()
    return try state.withLock { state in
      if let error = state.error { throw error }
      return state.end ?? .finished
    }
  }

  /// Asks for an end as soon as possible: no decision is made any more, and running trials are
  /// interrupted.
  package func cancel() {
    stop(.cancelled)
    advanceLater()
  }

  private func advanceLater() {
    queue.async { self.advance() }
  }

  /// Fills the free slots as far as decisions can be made now.
  private func advance() {
    do {
      while let slot = state.withLock({ $0.freeSlots.last }), let result = try nextClaim() {
        switch result {
        case .carryOut(let claim): try start(claim, in: slot)
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

  /// The result of the next turn; nil if no decision is made any more.
  private func nextClaim() throws -> NextClaim.Result? {
    var next = NextClaim(tuner: tuner, store: store)
    while true {
      let (declined, end) = state.withLock { (Set($0.declined.keys), $0.end) }
      if end != nil { return nil }
      if let result = try next.step(declined: declined) { return result }
    }
  }

  /// Waits for trials of this or of other processes; ends the run if there is nothing to wait for.
  ///
  /// - Parameter end: What the run comes to if no decision is left; nil if an outcome is missing.
  private func waitOrEnd(_ end: SweepEnd?) throws {
    let (isBusy, declined) = state.withLock { (!$0.running.isEmpty, $0.declined) }
    let others = try store.elsewhere()
    let canEnd = end != nil || (others.isEmpty && !declined.isEmpty)
    if !isBusy, canEnd, !others.contains(where: \.isVisible),
      // News since the history was read may be what the run waits for.
      try !store.hasNews(except: Set(declined.keys))
    {
      // Another process may have carried out what this one declined.
      let history = try store.history()
      let unfinished = declined.keys.sorted().filter { history.outcome(of: $0) == nil }
        .compactMap { declined[$0] }
      if let end = unfinished.isEmpty ? end : .unfinished(unfinished) {
        stop(end)
        return finishIfIdle()
      }
    }
    if !isBusy, !others.isEmpty, state.withLock({ $0.tellsOfWaiting() }) {
      try observe(.waiting(others))
    }
    poll()
  }

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

  private func lookForNews() {
    let (declined, isBusy) = state.withLock { state in
      state.isPolling = false
      let canGoOn = state.end == nil && !state.freeSlots.isEmpty
      return (canGoOn ? Set(state.declined.keys) : nil, !state.running.isEmpty)
    }
    guard let declined else { return }
    do {
      // A run with nothing of its own to do also has to see when the last of the others has ended.
      if try !isBusy || store.hasNews(except: declined) { advance() } else { poll() }
    } catch {
      fail(error)
      finishIfIdle()
    }
  }

  private func start(_ claim: Claim, in slot: Int) throws {
    let isCancelled = state.withLock { state in
      // Not simply the last one: another slot may have become free since `slot` was looked up.
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

  private func record(_ report: EpochReport, of claim: Claim) throws {
    do {
      try store.record(report, of: claim)
      try observe(.epoch(claim.decision, report))
    } catch let error as DecisionStoreError {
      // The trial is at fault if it cannot be repeated, and the run if it is not ours any more.
      if case .differs = error { throw error }
      throw RunFailure(error)
    } catch {
      throw RunFailure(error)
    }
  }

  /// Stores how an attempt ended, on the thread that has carried it out, and frees its slot.
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

  private func count(_ end: AttemptEnd, of claim: Claim) {
    switch end {
    case .declined(let reason):
      state.withLock { state in
        state.declined[claim.decision.number] = UnfinishedDecision(
          trial: claim.trial.number, reason: reason)
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

  private func fail(_ error: any Error) {
    state.withLock { $0.error = $0.error ?? error }
    stop(.cancelled)
  }

  /// Makes no further decision. Running trials are interrupted only if the run is cancelled.
  private func stop(_ end: SweepEnd) {
    state.withLock { state in
      // A cancelled run is cancelled, whatever had ended it before.
      if state.end == nil || end == .cancelled { state.end = end }
    }
    if end == .cancelled { executor.cancel() }
  }

  private func finishIfIdle() {
    let isOver = state.withLock { state in
      guard state.end != nil, state.running.isEmpty, state.phase == .running else { return false }
      state.phase = .over
      return true
    }
    if isOver { isRunning.leave() }
  }
}
