import Recommender
import Reports
import Storage
import Sweeps

extension PlanReport {
  init(_ plan: SweepPlan) throws {
    let trials = try plan.firstTrials(plan.total)
    self.init(
      dataset: plan.configuration.data.dataset, cells: plan.cellCount, jobs: plan.jobs,
      epochs: plan.configuration.training.epochs, summary: plan.summary,
      parameterNames: plan.searchedNames,
      trials: trials.map { $0.searchedValues(includingSeed: plan.seedDomain != nil) })
  }
}

extension SweepPlan {
  /// `120 trials, 2 at a time, at most 300 epochs each`.
  var summary: String {
    let rest = cellCount.map { $0 > total ? " of \(Format.count($0, "cell"))" : "" } ?? ""
    let draws = cellCount == nil ? " drawn from a continuous space" : rest
    let epochs =
      space["epochs"] != nil
      ? "" : ", at most \(Format.count(configuration.training.epochs, "epoch")) each"
    return "\(Format.count(total, "trial"))\(draws), \(min(jobs, total)) at a time\(epochs)"
  }
}

extension SweepProgress {
  init(_ plan: SweepPlan, _ counts: TrialCounts, best: Best?) {
    self.init(
      metric: "\(plan.validMetric)", direction: plan.direction,
      parameterNames: plan.searchedNames, searchesSeed: plan.seedDomain != nil,
      total: max(plan.total, counts.done), endedBefore: counts.done, failedBefore: counts.failed,
      best: best)
  }
}
