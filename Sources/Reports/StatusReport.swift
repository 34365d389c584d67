import Storage

/// A table of the sweeps of a file.
package struct StatusReport {
  private let sweeps: [SweepRecord]

  package init(sweeps: [SweepRecord]) {
    self.sweeps = sweeps
  }

  package var lines: [String] {
    guard !sweeps.isEmpty else { return ["no sweep yet"] }
    let hasBudgets = sweeps.contains { $0.budget != nil }
    var table = TextTable(
      header: ["sweep", "dataset", "done", "of"] + (hasBudgets ? ["epochs", "budget"] : [])
        + ["running", "interrupted", "failed", "metric", "best"])
    for sweep in sweeps {
      let counts = [
        sweep.name, sweep.dataset, "\(sweep.counts.done)",
        sweep.plannedTrials.map { "\(max($0, sweep.counts.done))" } ?? "-",
      ]
      let budget = [
        sweep.budget.map { Format.fixed($0.spent, decimals: 0) } ?? "-",
        sweep.budget.map { "\($0.epochs)" } ?? "-",
      ]
      table.append(
        counts + (hasBudgets ? budget : []) + [
          "\(sweep.counts.running)", "\(sweep.counts.interrupted)", "\(sweep.counts.failed)",
          sweep.validMetric, Format.score(sweep.bestScore),
        ])
    }
    return table.lines
  }

  /// A sweep as one JSON object.
  package struct JSON: Encodable {
    let sweep: String
    let created: String
    let dataset: String
    let total: Int?
    let epochs: BudgetReport.JSON?
    let done: Int
    let complete: Int
    let pruned: Int
    let failed: Int
    let timedOut: Int
    let running: Int
    let interrupted: Int
    let metric: String
    let direction: String
    let best: Double?

    package init(_ record: SweepRecord) {
      sweep = record.name
      created = record.created
      dataset = record.dataset
      total = record.plannedTrials
      epochs = record.budget.map { BudgetReport($0).json }
      done = record.counts.done
      complete = record.counts.complete
      pruned = record.counts.pruned
      failed = record.counts.failed
      timedOut = record.counts.timedOut
      running = record.counts.running
      interrupted = record.counts.interrupted
      metric = record.validMetric
      direction = record.direction.rawValue
      best = record.bestScore
    }
  }
}
