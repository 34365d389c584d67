import Search

/// What `--dry_run` shows: the plan, and every trial in the order in which it would be run.
struct PlanReport {
  private let plan: SweepPlan

  init(_ plan: SweepPlan) {
    self.plan = plan
  }

  var lines: [String] {
    let names = plan.space.parameters.map(\.name)
    var table = TextTable(header: ["trial"] + names)
    for number in 0..<plan.total {
      let parameters = plan.sampler.parameters(ofTrial: number)
      table.append(["\(number)"] + names.map { parameters[$0].map(Format.value) ?? "" })
    }
    return [
      "space: \(cells) of \(Format.count(names.count, "parameter"))",
      "plan: \(plan.summary)",
      "data: \(plan.configuration.data.dataset)",
      "",
    ] + table.lines
  }

  private var cells: String {
    plan.sampler.count.map { Format.count($0, "cell") } ?? "continuous, draws"
  }
}

extension PlanReport {
  /// The plan as one JSON object.
  struct JSON: Encodable {
    let dataset: String
    let cells: Int?
    let trials: Int
    let jobs: Int
    let epochs: Int
    let plan: [[String: JSONLiteral]]
  }

  var json: JSON {
    JSON(
      dataset: plan.configuration.data.dataset, cells: plan.sampler.count, trials: plan.total,
      jobs: plan.jobs, epochs: plan.configuration.training.epochs,
      plan: (0..<plan.total).map { plan.sampler.parameters(ofTrial: $0).json })
  }
}

extension SweepPlan {
  /// `120 trials, 2 at a time, at most 300 epochs each`.
  var summary: String {
    let rest = sampler.count.map { $0 > total ? " of \(Format.count($0, "cell"))" : "" } ?? ""
    let draws = sampler.count == nil ? " drawn from a continuous space" : rest
    let epochs =
      space.parameters.contains { $0.name == "epochs" }
      ? "" : ", at most \(Format.count(configuration.training.epochs, "epoch")) each"
    return "\(Format.count(total, "trial"))\(draws), \(min(jobs, total)) at a time\(epochs)"
  }
}
