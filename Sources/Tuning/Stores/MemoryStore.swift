import Trials

/// Stores the decisions of a sweep in memory, for replays and for tests.
///
/// Each process that works on the sweep has a store of its own, connected to the same `MemorySweep`:
///
///     let sweep = MemorySweep()
///     let store = MemoryStore(sweep, process: 1)
package struct MemoryStore: DecisionStore {
  private let sweep: MemorySweep
  private let process: Int

  package init(_ sweep: MemorySweep = MemorySweep(), process: Int = 0) {
    self.sweep = sweep
    self.process = process
    sweep.state.withLock { state in
      state.living.insert(process)
      state.seenVersions[process] = -1
    }
  }

  package func history() -> History {
    sweep.state.withLock { state in
      state.seenVersions[process] = state.version
      return state.history
    }
  }

  package func resume(except declined: Set<Int>) -> Claim? {
    sweep.state.withLock { state in
      state.abandoned(except: declined).map { state.claim($0, for: process) }
    }
  }

  package func begin(_ decision: Decision, except declined: Set<Int>) -> Beginning {
    sweep.state.withLock { state in
      guard decision.revision == state.history.revision else { return .superseded }
      guard decision.number == state.history.decisions.count,
        state.abandoned(except: declined) == nil
      else { return .overtaken }
      state.history.append(decision)
      return .begun(state.claim(decision, for: process))
    }
  }

  package func keepEpochs(_ count: Int, of claim: Claim) throws -> Bool {
    try sweep.state.withLock { state in
      try state.check(claim, of: process)
      let epochs = state.epochs[claim.trial.number] ?? []
      let kept = epochs.count >= count ? count : 0
      state.epochs[claim.trial.number] = Array(
        epochs.prefix(max(kept, state.history.coveredEpochs(ofTrial: claim.trial.number))))
      return kept == count
    }
  }

  package func record(_ report: EpochReport, of claim: Claim) throws {
    try sweep.state.withLock { state in
      try state.check(claim, of: process)
      let number = claim.trial.number
      let epochs = state.epochs[number] ?? []
      if report.epoch < epochs.count {
        guard epochs[report.epoch].hasSameFigures(as: report) else {
          throw DecisionStoreError.differs(epoch: report.epoch, trial: number)
        }
      } else {
        precondition(report.epoch == epochs.count, "epochs have no gaps")
        state.epochs[number] = epochs + [report]
      }
    }
  }

  package func end(_ claim: Claim, with end: AttemptEnd) throws {
    try sweep.state.withLock { state in
      try state.check(claim, of: process)
      state.owners[claim.decision.number] = nil
      state.version += 1
      let trained = state.epochs[claim.trial.number]?.count ?? 0
      if let outcome = end.outcome(of: claim.decision, epochsTrained: trained) {
        let epochs = (state.epochs[claim.trial.number] ?? []).prefix(outcome.epochs)
        state.history.settle(
          claim.decision.number, as: outcome,
          scores: epochs.dropFirst(claim.decision.from).map(\.validScore))
      }
    }
  }

  package func hasNews(except declined: Set<Int>) -> Bool {
    sweep.state.withLock { state in
      state.seenVersions[process] != state.version || state.abandoned(except: declined) != nil
    }
  }

  package func elsewhere() -> [DecisionElsewhere] {
    sweep.state.withLock { state in
      state.owners.filter { $0.value.process != process && state.living.contains($0.value.process) }
        .sorted { $0.key < $1.key }.map { number, owner in
          DecisionElsewhere(
            decision: number, trial: state.history.decisions[number].trial.number,
            host: "memory", pid: owner.process, isVisible: !state.unseen.contains(owner.process))
        }
    }
  }
}

/// A sweep in memory, shared by the stores of all processes that work on it.
package final class MemorySweep: Sendable {
  struct Owner {
    let process: Int
    let attempt: Int64
  }

  struct State {
    var history = History()
    /// The epochs by trial number.
    var epochs: [Int: [EpochReport]] = [:]
    /// The processes that carry out decisions, by decision number.
    var owners: [Int: Owner] = [:]
    /// The processes that have not been killed.
    var living: Set<Int> = []
    /// The processes of which the others cannot tell whether they live.
    var unseen: Set<Int> = []
    /// Grows when decisions, claims or outcomes change.
    var version = 0
    /// The version that each process has read last, by process; -1 if it has read none.
    var seenVersions: [Int: Int] = [:]
    /// The number of attempts so far.
    var attempts: Int64 = 0
  }

  let state = LockedValue(State())

  package init() {}

  /// All decisions and outcomes.
  package var history: History { state.withLock { $0.history } }

  package func epochs(ofTrial number: Int) -> [EpochReport] {
    state.withLock { $0.epochs[number] ?? [] }
  }

  /// Marks a process as dead: its claims can be resumed by others.
  package func kill(_ process: Int) {
    _ = state.withLock { $0.living.remove(process) }
  }

  /// Hides a process: the others cannot tell any more whether it lives.
  package func hide(_ process: Int) {
    _ = state.withLock { $0.unseen.insert(process) }
  }

  /// Begins another revision of the sweep, and withdraws the abandoned decisions whose trials lie
  /// outside its space.
  package func revise(withdrawing isOutside: @escaping @Sendable (Trial) -> Bool = { _ in false }) {
    state.withLock { state in
      state.history.revise { !isOutside($0) }
      state.version += 1
      for decision in state.history.decisions
      where state.isAbandoned(decision.number) && isOutside(decision.trial) {
        state.history.settle(
          decision.number,
          as: Outcome(kind: .withdrawn, epochs: decision.from, bestEpoch: nil, score: nil, cost: 0))
      }
    }
  }

  /// Adds a decision for every failed trial, which tries it once more.
  package func retryFailed() {
    state.withLock { state in
      for trial in 0..<state.history.trialCount
      where state.history.lastOutcome(ofTrial: trial)?.kind == .failed {
        state.version += 1
        state.history.append(
          Decision.retry(ofTrial: trial, in: state.history, revision: state.history.revision))
      }
    }
  }
}

extension MemorySweep.State {
  /// Returns the first decision without an outcome that no living process owns.
  func abandoned(except declined: Set<Int>) -> Decision? {
    history.decisions[history.settledCount...].first {
      isAbandoned($0.number) && !declined.contains($0.number)
    }
  }

  func isAbandoned(_ number: Int) -> Bool {
    history.outcome(of: number) == nil
      && owners[number].map { !living.contains($0.process) } ?? true
  }

  mutating func claim(_ decision: Decision, for process: Int) -> Claim {
    attempts += 1
    version += 1
    owners[decision.number] = MemorySweep.Owner(process: process, attempt: attempts)
    return Claim(decision: decision, attempt: attempts)
  }

  func check(_ claim: Claim, of process: Int) throws {
    guard let owner = owners[claim.decision.number], owner.attempt == claim.attempt,
      owner.process == process
    else { throw DecisionStoreError.lost(claim.decision.number) }
  }
}
