import Foundation
import Recommender
import Storage
import Tuning

/// A sweep that is ready to run: everything has been checked, the database is open.
struct SweepRun {
  let plan: SweepPlan
  let datasets: DatasetShelf
  let kernels: KernelSet
  let recorder: SweepRecorder
  let best: SweepProgress.Best?

  /// Runs what is left of the sweep; a signal ends it in order.
  func run(until signals: SignalWatch) throws -> SweepEnd {
    let display = SweepDisplay(
      progress, redraws: Terminal.canRedraw(), colours: Terminal.wantsColour())
    defer { display.close() }
    let objective = TrialObjective(
      template: plan.template, datasets: datasets, workspaces: WorkspacePool(jobs: plan.jobs),
      kernels: kernels, cores: CoreShare(threads: plan.threads))
    let scheduler = Scheduler(
      jobs: plan.jobs,
      nextTrial: { [recorder, plan] in
        try recorder.nextTrial(budget: plan.budget) { try plan.proposal($0) }
      },
      objective: objective.run,
      sink: { [recorder] event in
        // What is shown has been written.
        try recorder.record(event)
        display.show(event)
      },
      biggerIsBetter: plan.validMetric.kind.biggerIsBetter, earlyStop: plan.earlyStop,
      finished: recorder.finished)
    signals.onFirst { number in
      display.note(
        "\(number == SIGINT ? "interrupted" : "terminated"): ending the running trials; "
          + "a second signal ends at once")
      scheduler.cancel()
    }
    return try scheduler.run()
  }

  private var progress: SweepProgress {
    SweepProgress(
      metric: "\(plan.validMetric)", biggerIsBetter: plan.validMetric.kind.biggerIsBetter,
      parameterNames: plan.space.parameters.map(\.name),
      total: max(plan.total, recorder.counts.done),
      endedBefore: recorder.counts.done, failedBefore: recorder.counts.failed, best: best)
  }
}

extension SweepPlan {
  var validMetric: ValidMetric { configuration.evaluation.validMetric }

  /// The parameters and the seed of a trial; nil beyond the last.
  func proposal(_ index: Int) throws -> TrialProposal? {
    if let count = sampler.count, index >= count { return nil }
    let parameters = sampler.parameters(ofTrial: index)
    let seed = try template.configuration(with: parameters).training.seed
    return TrialProposal(parameters: parameters, seed: seed)
  }
}
