import Dispatch
import Recommender
import Storage
import Synchronization
import Tuning

/// One run of a sweep in this process, with a plan that has been checked and a database that is open.
///
///     let run = SweepRun(
///       plan, sweep, tuner: plan.tuner(of: sweep, datasets: datasets), datasets: datasets, …)
///     let end = try run.run()
package final class SweepRun: Sendable {
  private let loop: TuningLoop
  private let sweep: StoredSweep
  private let checkpoints: CheckpointFolder
  private let limits: RunLimits
  private let note: @Sendable (String) -> Void
  private let timedOut = Atomic<Bool>(false)
  private let isOver = Atomic<Bool>(false)
  private let deadline = DispatchQueue(label: "sine-tune.deadline")

  /// - Parameters:
  ///   - tuner: Makes the decisions; usually `plan.tuner(of:datasets:)`.
  ///   - progress: Tells how far the running trials are.
  ///   - observe: Takes the events, on several threads at once; see `TuningLoop`.
  ///   - note: Takes a line for the user that belongs to no event, on any thread.
  package init(
    _ plan: SweepPlan, _ sweep: StoredSweep, tuner: Tuner, datasets: DatasetCache,
    kernels: KernelSet, checkpoints: CheckpointFolder, limits: RunLimits,
    progress: RunningProgress = RunningProgress(),
    observe: @escaping @Sendable (TuningEvent) -> Void, note: @escaping @Sendable (String) -> Void
  ) {
    self.sweep = sweep
    self.checkpoints = checkpoints
    self.limits = limits
    self.note = note
    let training = TrialTraining(
      plan: plan, datasets: datasets, workspaces: WorkspacePool(jobs: limits.jobs),
      kernels: kernels, cores: CoreShare(threads: plan.request.threads), sweep: sweep,
      checkpoints: checkpoints, limits: limits, progress: progress,
      clock: limits.trialTimeout.map { _ in RunningClock() }, note: note)
    loop = TuningLoop(
      tuner: tuner, store: sweep,
      executor: ThreadExecutor(capacity: limits.jobs, work: training.carryOut),
      maxFailures: limits.maxFailures
    ) { event in
      if case .ended(let decision, let end) = event {
        try checkpoints.removeUnneeded(after: decision.trial, end, sweep)
      }
      observe(event)
    }
  }

  /// True if the time limit ended the run.
  package var hasTimedOut: Bool { timedOut.load(ordering: .relaxed) }

  /// Runs what is left of the sweep, and blocks the caller until the run has ended. It may be called once.
  package func run() throws -> SweepEnd {
    try checkpoints.removeUnneeded(sweep)
    if let timeout = limits.timeout { watch(timeout, until: .now + timeout.duration) }
    defer { isOver.store(true, ordering: .relaxed) }
    let end = try loop.run()
    try sweep.finish(end)
    return end
  }

  /// Ends the run when its time is over. It is the time that passes, also while the process is stopped:
  /// whoever limits a run wants it to be over by then.
  private func watch(_ timeout: TimeLimit, until end: ContinuousClock.Instant) {
    // The timers of Dispatch stand still while the machine sleeps.
    let pause = min((end - .now) / .seconds(1), 1)
    guard pause > 0 else {
      timedOut.store(true, ordering: .relaxed)
      note("the time limit of \(timeout) is over: ending the running trials")
      return cancel()
    }
    deadline.asyncAfter(deadline: .now() + pause) { [weak self] in
      guard let self, !isOver.load(ordering: .relaxed) else { return }
      watch(timeout, until: end)
    }
  }

  /// Ends the run in order: running trials are interrupted and go on in a later run. Any thread may call
  /// it.
  package func cancel() {
    isOver.store(true, ordering: .relaxed)
    sweep.stopWaiting()
    loop.cancel()
  }
}
