import Dispatch
import Synchronization

/// Runs the trials of one sweep on a number of workers, and reports all that happens as events.
///
/// Each worker is a loop on one concurrent queue: it asks for a trial, runs the objective, asks again.
/// Dispatch starts about as many of them at a time as the machine has cores; the others follow when
/// one leaves. A busy pool has no thread to spare for a concurrent queue, so a signal source that
/// calls `cancel()` belongs on a serial one.
package final class Scheduler: Sendable {
  private let jobs: Int
  private let nextTrial: @Sendable () throws -> Trial?
  private let objective: Objective
  private let sink: @Sendable (TrialEvent) throws -> Void
  private let state: Locked<SweepState>
  private let isWindingDown = Atomic<Bool>(false)
  private let queue = DispatchQueue(label: "sine-tune.workers", attributes: .concurrent)
  private let workers = DispatchGroup()

  /// - Parameters:
  ///   - jobs: How many trials may run at a time, at least 1.
  ///   - nextTrial: Gives each trial once, with ascending numbers, then nil. Several workers call it.
  ///   - sink: Takes events; the events of a trial in order, those of several trials at once. An error
  ///     that it throws ends the sweep. It is told the end of every trial whose start it was told,
  ///     even then.
  ///   - earlyStop: Ends the sweep after that many finished trials in a row without a strictly better
  ///     score. The first trial of a sweep counts as one of them, as in RecBole.
  ///   - maxFailures: Ends the sweep after that many failed trials of this run.
  ///   - finished: What earlier runs of the sweep have finished, for the early stop.
  package init(
    jobs: Int, nextTrial: @escaping @Sendable () throws -> Trial?, objective: @escaping Objective,
    sink: @escaping @Sendable (TrialEvent) throws -> Void, biggerIsBetter: Bool,
    earlyStop: Int? = nil, maxFailures: Int? = nil, finished: [FinishedTrial] = []
  ) {
    precondition(jobs > 0, "a sweep needs a worker")
    self.jobs = jobs
    self.nextTrial = nextTrial
    self.objective = objective
    self.sink = sink
    state = Locked(
      SweepState(
        biggerIsBetter: biggerIsBetter, earlyStop: earlyStop, maxFailures: maxFailures,
        finished: finished))
  }

  /// Runs the sweep, once in the scheduler's life, and blocks the caller until no worker is left.
  ///
  /// Throws the first error of `nextTrial` or the sink.
  package func run() throws -> SweepEnd {
    launch(Array(0..<jobs))
    workers.wait()
    return try state.withLock { try $0.result() }
  }

  /// Asks for an end as soon as possible: no trial is handed out any more, and running ones see it in
  /// their context.
  package func cancel() {
    state.withLock { $0.cancel() }
    isWindingDown.store(true, ordering: .relaxed)
  }

  private func launch(_ indices: [Int]) {
    for worker in indices {
      queue.async(group: workers) { self.work(worker) }
    }
  }

  private func work(_ worker: Int) {
    while state.withLock({ $0.step(ofWorker: worker) }) == .ask {
      do {
        guard let trial = try nextTrial() else {
          state.withLock { $0.exhausted() }
          return
        }
        launch(state.withLock { $0.handedOut(trial.number) })
        let outcome = try run(trial, on: worker)
        launch(state.withLock { $0.ended(trial.number, outcome) })
      } catch {
        fail(error)
        return
      }
    }
  }

  /// Runs one trial; throws only what the sink throws outside of the objective.
  private func run(_ trial: Trial, on worker: Int) throws -> TrialOutcome {
    try sink(.started(trial))
    let context = TrialContext(
      worker: worker,
      isCancelled: { self.isWindingDown.load(ordering: .relaxed) },
      report: { try self.report($0, of: trial) })
    let outcome = outcome(of: trial, in: context)
    try sink(.ended(trial, outcome))
    return outcome
  }

  private func outcome(of trial: Trial, in context: TrialContext) -> TrialOutcome {
    if context.isCancelled { return .interrupted }
    do {
      return try objective(trial, context)
    } catch let failure as SweepFailure {
      fail(failure.cause)
      return .interrupted
    } catch {
      // What an objective throws while the sweep winds down is nothing that the trial did wrong.
      return context.isCancelled ? .interrupted : .failed(.crashed, message: "\(error)")
    }
  }

  private func report(_ epoch: EpochReport, of trial: Trial) throws -> Verdict {
    do {
      try sink(.epoch(trial, epoch))
    } catch {
      fail(error)
      throw error
    }
    return isWindingDown.load(ordering: .relaxed) ? .stop : .proceed
  }

  private func fail(_ error: any Error) {
    state.withLock { $0.fail(error) }
    isWindingDown.store(true, ordering: .relaxed)
  }
}
