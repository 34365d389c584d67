import Dispatch
import Recommender
import Storage
import Synchronization
import Tuning

/// A time as users write it: `90`, `90s`, `15m`, `2.5h`.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package let duration: Duration

  package init?(_ text: String) {
    let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let factor = text.last.flatMap { factors[$0] }
    let digits = factor == nil ? text[...] : text.dropLast()
    guard let number = Double(digits), number > 0, number * (factor ?? 1) < 1e9 else { return nil }
    duration = .seconds(number * (factor ?? 1))
    description = factor == nil ? text + "s" : text
  }
}

/// What bounds a run, as far as the user and the machine set it.
package struct RunLimits: Sendable {
  /// Trials at a time.
  package let jobs: Int
  package let memory: MemoryLimit?
  package let timeout: TimeLimit?
  package let trialTimeout: TimeLimit?
  package let maxFailures: Int?

  package init(
    jobs: Int, memory: MemoryLimit? = nil, timeout: TimeLimit? = nil,
    trialTimeout: TimeLimit? = nil, maxFailures: Int? = nil
  ) {
    self.jobs = jobs
    self.memory = memory
    self.timeout = timeout
    self.trialTimeout = trialTimeout
    self.maxFailures = maxFailures
  }
}

/// One run of a sweep: everything has been checked, the database is open.
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
  ///   - tuner: Makes the decisions, of `plan.tuner` as a rule.
  ///   - observe: Takes what happens, once it is stored.
  ///   - note: Tells the user something that is no event of a trial.
  package init(
    _ plan: SweepPlan, _ sweep: StoredSweep, tuner: Tuner, datasets: DatasetCache,
    kernels: KernelSet, checkpoints: CheckpointFolder, limits: RunLimits,
    observe: @escaping @Sendable (TuningEvent) -> Void, note: @escaping @Sendable (String) -> Void
  ) {
    self.sweep = sweep
    self.checkpoints = checkpoints
    self.limits = limits
    self.note = note
    let training = TrialTraining(
      plan: plan, datasets: datasets, workspaces: WorkspacePool(jobs: limits.jobs),
      kernels: kernels, cores: CoreShare(threads: plan.request.threads), sweep: sweep,
      checkpoints: checkpoints, limits: limits, note: note)
    loop = TuningLoop(
      tuner: tuner, store: sweep,
      executor: ThreadExecutor(capacity: limits.jobs, work: training.carryOut),
      maxFailures: limits.maxFailures
    ) { event in
      if case .ended(let decision, let end) = event {
        try checkpoints.clear(after: decision.trial, end, sweep)
      }
      observe(event)
    }
  }

  /// True if the time limit ended the run.
  package var hasTimedOut: Bool { timedOut.load(ordering: .relaxed) }

  /// Runs what is left of the sweep.
  package func run() throws -> SweepEnd {
    try checkpoints.clear(sweep)
    if let timeout = limits.timeout {
      deadline.asyncAfter(deadline: .now() + timeout.duration / .seconds(1)) { [weak self] in
        guard let self, !isOver.load(ordering: .relaxed) else { return }
        timedOut.store(true, ordering: .relaxed)
        note("\(timeout) are over: ending the running trials")
        loop.cancel()
      }
    }
    let end = try loop.run()
    isOver.store(true, ordering: .relaxed)
    try sweep.finish(end)
    return end
  }

  /// Ends the run in order: running trials are interrupted, and go on when the run is repeated.
  package func cancel() {
    isOver.store(true, ordering: .relaxed)
    loop.cancel()
  }
}
