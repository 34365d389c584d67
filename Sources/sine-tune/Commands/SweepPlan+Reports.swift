import Reports
import Storage
import Sweeps

extension SweepPlan {
  /// The plan in a line: `120 trials, 2 at a time, at most 300 epochs each`.
  var summary: String {
    if let budget = request.epochs {
      return "\(Format.count(budget, "epoch")) in all, "
        + (cellCount.map { "\(Format.count($0, "cell")), " } ?? "")
        + "\(jobs) at a time"
    }
    let total = total ?? .max
    let rest = cellCount.map { $0 > total ? " of \(Format.count($0, "cell"))" : "" } ?? ""
    let kind = isDiscrete ? "huge" : "continuous"
    let draws = cellCount == nil ? " drawn from a \(kind) space" : rest
    let epochs =
      space["epochs"] != nil
      ? "" : ", at most \(Format.count(configuration.training.epochs, "epoch")) each"
    return "\(Format.count(total, "trial"))\(draws), \(min(jobs, total)) at a time\(epochs)"
  }
}

extension SweepProgress {
  init(_ plan: SweepPlan, _ sweep: SweepRecord, best: Best?) {
    let counts = sweep.counts
    self.init(
      metric: "\(plan.validMetric)", direction: plan.direction,
      parameterNames: plan.searchedNames, searchesSeed: plan.seedDomain != nil,
      total: plan.total, budget: sweep.budget, endedBefore: counts.done,
      failedBefore: counts.failed,
      best: best)
  }
}
