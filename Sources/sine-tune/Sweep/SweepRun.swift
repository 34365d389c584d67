import Foundation
import Recommender
import Storage
import Synchronization
import Tuning

/// A sweep that is ready to run: everything has been checked, the database is open.
struct SweepRun {
  let plan: SweepPlan
  let datasets: DatasetShelf
  let kernels: KernelSet
  let recorder: SweepRecorder
  let best: SweepProgress.Best?
  let checkpoints: CheckpointFolder
  let limits: RunLimits
  let control = SweepControl()

  /// How often a process that has run out of work looks after those that have not.
  private static let pollingInterval = 0.1

  /// Runs what is left of the sweep; a signal or the deadline ends it in order.
  func run(until signals: SignalWatch) throws -> SweepEnd {
    let display = SweepDisplay(
      progress, redraws: Terminal.canRedraw(), colours: Terminal.wantsColour())
    defer { display.close() }
    signals.onFirst { [control] number in
      display.note(
        "\(number == SIGINT ? "interrupted" : "terminated"): ending the running trials; "
          + "a second signal ends at once")
      control.cancel()
    }
    if let timeout = limits.timeout {
      control.cancel(after: timeout.duration) {
        display.note("\(timeout) are over: ending the running trials")
      }
    }
    try checkpoints.clear(recorder)
    let failures = Mutex(0)
    let objective = TrialObjective(
      template: plan.template, datasets: datasets,
      workspaces: WorkspacePool(jobs: limits.jobs), kernels: kernels,
      cores: CoreShare(threads: plan.threads), recorder: recorder, checkpoints: checkpoints,
      limits: limits, note: { display.note($0) })
    while true {
      let scheduler = Scheduler(
        jobs: limits.jobs,
        nextTrial: { [recorder, plan] in
          try recorder.nextTrial(budget: plan.budget) { try plan.proposal($0) }
        },
        objective: objective.run,
        sink: { [recorder, checkpoints] event in
          // What is shown has been written.
          try recorder.record(event)
          if case .ended(let trial, let outcome) = event {
            try checkpoints.clear(after: trial, outcome, recorder)
            if case .failed = outcome { failures.withLock { $0 += 1 } }
          }
          display.show(event)
        },
        biggerIsBetter: plan.validMetric.kind.direction == .maximize, earlyStop: plan.earlyStop,
        maxFailures: limits.maxFailures.map { max(1, $0 - failures.withLock { $0 }) },
        finished: plan.earlyStop == nil ? [] : try recorder.finishedNow())
      let end = try control.run(scheduler)
      guard end == .finished else { return end }
      guard try waitForOthers(display) else { return control.isCancelled ? .cancelled : end }
    }
  }

  /// Waits while other processes run the last trials of the sweep; true where one of them has left
  /// a trial behind.
  private func waitForOthers(_ display: SweepDisplay) throws -> Bool {
    var hasTold = false
    while !control.isCancelled {
      switch try recorder.standing() {
      case .settled: return false
      case .leftBehind: return true
      case .runningElsewhere(let count):
        if !hasTold {
          display.note(
            "waiting for \(Format.count(count, "trial")) of other processes; "
              + "Ctrl-C ends only this one")
        }
        hasTold = true
        Thread.sleep(forTimeInterval: Self.pollingInterval)
      }
    }
    return false
  }

  private var progress: SweepProgress {
    SweepProgress(
      metric: "\(plan.validMetric)", biggerIsBetter: plan.validMetric.kind.direction == .maximize,
      parameterNames: plan.space.parameters.map(\.name),
      total: max(plan.total, recorder.counts.done),
      endedBefore: recorder.counts.done, failedBefore: recorder.counts.failed, best: best)
  }
}

/// What bounds a run, as far as the command line and the machine set it.
struct RunLimits: Sendable {
  /// Trials at a time.
  let jobs: Int
  let memory: MemoryLimit?
  let timeout: TimeLimit?
  let trialTimeout: TimeLimit?
  let maxFailures: Int?
}

extension SweepPlan {
  var validMetric: ValidMetric { configuration.evaluation.validMetric }

  /// The parameters and the seed of a trial; nil beyond the last.
  func proposal(_ index: Int) throws -> TrialProposal? {
    if let count = sampler.count, index >= count { return nil }
    let parameters = sampler.parameters(ofTrial: index)
    // A sweep may have to look through a hundred thousand cells that are done: a configuration of
    // each would take seconds.
    let seed =
      parameters["seed"] == nil
      ? configuration.training.seed
      : try template.configuration(with: parameters).training.seed
    return TrialProposal(parameters: parameters, seed: seed)
  }
}
