import Foundation
import Literals
import Search
import TestSupport
import Testing
import Trials

@testable import Tuning

/// The loop with real threads, on decisions in memory.
@Suite struct TuningLoopTests {
  private struct Broken: Error, Equatable {}

  private static func sleepShortly() {
    Thread.sleep(forTimeInterval: Double.random(in: 0...0.002))
  }

  /// Trains as the toy strategy's trials do, epoch by epoch, with delays.
  private static let training: TrialWork = { claim, context in
    let training = ToyTraining(trial: claim.trial)
    let (last, end) = training.end(of: claim.decision)
    for epoch in claim.decision.from..<max(last, claim.decision.from) {
      if context.isCancelled { return .interrupted }
      sleepShortly()
      try context.report(training.report(epoch))
    }
    return end
  }

  private static func toyTuner(lag: Int) -> Tuner {
    Tuner(
      strategy: ToyStrategy(trials: 12), direction: .maximize, lag: lag,
      budget: Tuner.Budget(trials: 12), epochs: ToyStrategy.epochs)
  }

  private static func table(_ sweep: MemorySweep) -> [DecisionRow] {
    DecisionRow.table(sweep.history)
  }

  @Test(
    "Any number of workers and processes, and a replay of what they trained: one decision table",
    arguments: [1, 2, 4])
  func oneTable(lag: Int) throws {
    var tables: Set<[DecisionRow]> = []
    var recorded: MemorySweep?
    for (workers, processes) in [(1, 1), (2, 1), (8, 1), (1, 3), (2, 3)] {
      let sweep = MemorySweep()
      let ends = try runTogether(processes) { process in
        TuningLoop(
          tuner: Self.toyTuner(lag: lag), store: MemoryStore(sweep, process: process),
          executor: ThreadExecutor(capacity: workers, work: Self.training))
      }
      #expect(ends.allSatisfy { $0 == .finished })
      tables.insert(Self.table(sweep))
      recorded = sweep
    }
    let replay = MemorySweep()
    let executor = ReplayExecutor(capacity: 3, direction: .maximize) { [recorded] trial in
      guard let recorded else { return nil }
      return Self.recording(of: trial, in: recorded)
    }
    let loop = TuningLoop(
      tuner: Self.toyTuner(lag: lag), store: MemoryStore(replay), executor: executor)
    #expect(try loop.run() == .finished)
    tables.insert(Self.table(replay))
    #expect(tables.count == 1, "\(tables.map { $0.map(\.description) })")
  }

  /// Returns the training of a trial as a sweep has recorded it.
  private static func recording(of trial: Trial, in sweep: MemorySweep) -> RecordedTraining? {
    let epochs = sweep.epochs(ofTrial: trial.number)
    guard let last = sweep.history.lastOutcome(ofTrial: trial.number) else { return nil }
    if last.kind == .failed {
      return RecordedTraining(epochs: [], end: .failed(.crashed, message: "it was to fail"))
    }
    let isWhole = last.kind == .complete
    return RecordedTraining(
      epochs: epochs,
      end: isWhole ? .complete(ToyTraining(trial: trial).result(epochs.count)) : nil)
  }

  @Test("No two trials share a slot at a time, whenever they end", arguments: [2, 8])
  func slots(workers: Int) throws {
    let busy = LockedValue(Set<Int>())
    let collisions = LockedValue(0)
    let loop = TuningLoop(
      tuner: Tuner(
        strategy: ListStrategy(count: 400), direction: .maximize, lag: 1),
      store: MemoryStore(),
      executor: ThreadExecutor(capacity: workers) { _, context in
        let isFree = busy.withLock { $0.insert(context.slot).inserted }
        if !isFree { collisions.withLock { $0 += 1 } }
        if Bool.random() { Self.sleepShortly() }
        busy.withLock { _ = $0.remove(context.slot) }
        return .complete(result(0.5))
      })
    #expect(try loop.run() == .finished)
    #expect(collisions.withLock { $0 } == 0)
  }

  @Test("After the limit of failures running trials end, and no other trial is started")
  func failures() throws {
    let sweep = MemorySweep()
    let loop = TuningLoop(
      tuner: Tuner(strategy: ListStrategy(count: 100), direction: .maximize, lag: 1),
      store: MemoryStore(sweep),
      executor: ThreadExecutor(capacity: 2) { claim, _ in
        claim.trial.number.isMultiple(of: 2)
          ? .failed(.diverged, message: "nan") : .complete(result(0.5))
      }, maxFailures: 3)
    #expect(try loop.run() == .tooManyFailures)
    let history = sweep.history
    #expect((5...6).contains(history.decisions.count))
    // A decision that was made just before the limit is interrupted, and waits.
    #expect(history.decisions.count { history.outcome(of: $0.number) == nil } <= 1)
  }

  @Test("A decision that cannot be carried out here waits, and the run names it at its end")
  func declined() throws {
    let sweep = MemorySweep()
    func loop(process: Int, declines: Bool) -> TuningLoop {
      TuningLoop(
        tuner: Tuner(strategy: ListStrategy(count: 5), direction: .maximize, lag: 1),
        store: MemoryStore(sweep, process: process),
        executor: ThreadExecutor(capacity: 2) { claim, _ in
          declines && claim.trial.number == 1 ? .declined("too large") : .complete(result(0.5))
        })
    }
    #expect(
      try loop(process: 0, declines: true).run()
        == .unfinished([
          UnfinishedDecision(decision: 1, trial: 1, cause: .declined("too large"))
        ]))
    #expect(sweep.history.decisions.count == 5 && sweep.history.outcome(of: 1) == nil)
    #expect(try loop(process: 1, declines: false).run() == .finished)
    #expect(sweep.history.settledCount == 5)
  }

  @Test(
    "A decision of a process that cannot be seen is named at the end, after all else is done",
    arguments: [nil, 3])
  func unseen(earlyStop: Int?) throws {
    let sweep = MemorySweep()
    func tuner() -> Tuner {
      Tuner(
        strategy: ListStrategy(count: 5), direction: .maximize, lag: 1,
        budget: Tuner.Budget(earlyStop: earlyStop))
    }
    let other = MemoryStore(sweep, process: 9)
    var next = NextClaim(tuner: tuner(), store: other)
    while try next.step(declined: []) == nil {}
    sweep.hide(9)
    func loop() -> TuningLoop {
      TuningLoop(
        tuner: tuner(), store: MemoryStore(sweep, process: 0),
        executor: ThreadExecutor(capacity: 1) { _, _ in .complete(result(0.5)) },
        observe: { event in if case .waiting = event { throw Broken() } })
    }
    let unseen = UnfinishedDecision(
      decision: 0, trial: 0, cause: .unseen(host: "memory", pid: 9))
    #expect(try loop().run() == .unfinished([unseen]))
    // The early stop needs the outcome of the first decision before it knows that the fourth exists.
    #expect(sweep.history.decisions.count == (earlyStop ?? 5))
    sweep.kill(9)
    let end = try loop().run()
    #expect(end == (earlyStop == nil ? .finished : .stoppedEarly))
  }

  @Test("A decision that was declined here and carried out elsewhere is not named")
  func declinedHereDoneElsewhere() throws {
    let sweep = MemorySweep()
    let loop = TuningLoop(
      tuner: Tuner(strategy: ListStrategy(count: 5), direction: .maximize, lag: 1),
      store: MemoryStore(sweep, process: 0),
      executor: ThreadExecutor(capacity: 1) { claim, _ in
        claim.trial.number == 1 ? .declined("too large") : .complete(result(0.5))
      }
    ) { event in
      guard case .ended(_, .declined) = event else { return }
      let other = MemoryStore(sweep, process: 1)
      if let claim = other.resume(except: []) { try other.end(claim, with: .complete(result(1))) }
    }
    #expect(try loop.run() == .finished)
    #expect(sweep.history.settledCount == 5)
  }

  @Test("A run that is cancelled before it begins makes no decision")
  func cancelledEarly() throws {
    let sweep = MemorySweep()
    let loop = TuningLoop(
      tuner: Tuner(strategy: ListStrategy(count: 5), direction: .maximize, lag: 1),
      store: MemoryStore(sweep),
      executor: ThreadExecutor(capacity: 1) { _, _ in .complete(result(0.5)) })
    loop.cancel()
    // The queue of the loop has dealt with the call by then.
    Thread.sleep(forTimeInterval: 0.05)
    #expect(try loop.run() == .cancelled)
    #expect(sweep.history.decisions.isEmpty)
  }

  @Test("A cancelled run interrupts its trials, and the next run trains them again")
  func cancelled() throws {
    let sweep = MemorySweep()
    let loop = LockedValue<TuningLoop?>(nil)
    let first = TuningLoop(
      tuner: Self.toyTuner(lag: 2), store: MemoryStore(sweep, process: 0),
      executor: ThreadExecutor(capacity: 2) { claim, context in
        if claim.decision.number == 3 { loop.withLock { $0?.cancel() } }
        return try Self.training(claim, context)
      })
    loop.withLock { $0 = first }
    #expect(try first.run() == .cancelled)
    #expect(sweep.history.settledCount < sweep.history.decisions.count)
    let second = TuningLoop(
      tuner: Self.toyTuner(lag: 2), store: MemoryStore(sweep, process: 1),
      executor: ThreadExecutor(capacity: 2) { claim, context in
        // There is no checkpoint, so all epochs are trained again.
        _ = try MemoryStore(sweep, process: 1).keepEpochs(0, of: claim)
        let training = ToyTraining(trial: claim.trial)
        let (last, end) = training.end(of: claim.decision)
        for epoch in 0..<last { try context.report(training.report(epoch)) }
        return end
      })
    #expect(try second.run() == .finished)
    #expect(sweep.history.settledCount == sweep.history.decisions.count)
  }

  @Test("An error of the observer ends the run, and nothing is left claimed")
  func observerFails() throws {
    let sweep = MemorySweep()
    let loop = TuningLoop(
      tuner: Tuner(strategy: ListStrategy(count: 50), direction: .maximize, lag: 1),
      store: MemoryStore(sweep, process: 0),
      executor: ThreadExecutor(capacity: 2) { _, _ in .complete(result(0.5)) }
    ) { event in
      if case .ended(let decision, _) = event, decision.number == 4 { throw Broken() }
    }
    #expect(throws: Broken()) { try loop.run() }
    #expect(MemoryStore(sweep, process: 7).elsewhere().isEmpty)
  }

  @Test("An epoch that differs when it is trained again fails the trial, but not the run")
  func differs() throws {
    let sweep = MemorySweep()
    let pausing = Tuner(
      strategy: ToyStrategy(trials: 1), direction: .maximize, lag: 1,
      budget: Tuner.Budget(trials: 1), epochs: ToyStrategy.epochs)
    let store = MemoryStore(sweep, process: 0)
    let loop = TuningLoop(
      tuner: pausing, store: store,
      executor: ThreadExecutor(capacity: 1) { claim, context in
        let training = ToyTraining(trial: claim.trial)
        let (last, end) = training.end(of: claim.decision)
        let isAgain = claim.decision.from > 0
        _ = try store.keepEpochs(0, of: claim)
        for epoch in 0..<last {
          let report = training.report(isAgain ? epoch + 1 : epoch)
          try context.report(
            EpochReport(
              epoch: epoch, trainLoss: report.trainLoss, trainSeconds: 0, evaluationSeconds: 0,
              validScore: report.validScore, unroundedScore: nil, validMetrics: []))
        }
        return end
      })
    #expect(try loop.run() == .finished)
    #expect(sweep.history.outcome(of: 0)?.kind == .paused)
    #expect(sweep.history.outcome(of: 1)?.kind == .failed)
  }

  @Test("A run ends when another revision of the sweep has begun")
  func superseded() throws {
    let sweep = MemorySweep()
    let loop = TuningLoop(
      tuner: Tuner(strategy: ListStrategy(count: 50), direction: .maximize, lag: 1),
      store: RevisedStore(store: MemoryStore(sweep), after: 4, sweep: sweep),
      executor: ThreadExecutor(capacity: 1) { _, _ in .complete(result(0.5)) })
    #expect(try loop.run() == .superseded)
    #expect(sweep.history.decisions.count == 4 && sweep.history.settledCount == 4)
  }
}

/// A store whose sweep another process revises after some decisions, between a call of `history` and one
/// of `begin`.
private struct RevisedStore: DecisionStore {
  let store: MemoryStore
  let after: Int
  let sweep: MemorySweep

  func history() -> History {
    let history = store.history()
    if history.decisions.count == after, history.revision == 0 { sweep.revise() }
    return history
  }

  func resume(except declined: Set<Int>) -> Claim? { store.resume(except: declined) }

  func begin(_ decision: Decision, except declined: Set<Int>) -> Beginning {
    store.begin(decision, except: declined)
  }

  func keepEpochs(_ count: Int, of claim: Claim) throws -> Bool {
    try store.keepEpochs(count, of: claim)
  }

  func record(_ report: EpochReport, of claim: Claim) throws {
    try store.record(report, of: claim)
  }

  func end(_ claim: Claim, with end: AttemptEnd) throws { try store.end(claim, with: end) }

  func hasNews(except declined: Set<Int>) -> Bool { store.hasNews(except: declined) }

  func elsewhere() -> [DecisionElsewhere] { store.elsewhere() }
}
