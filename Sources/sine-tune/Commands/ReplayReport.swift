import Reports
import Sweeps

/// The results of replays as a table.
struct ReplayReport {
  private let summaries: [ReplaySummary]

  init(_ summaries: [ReplaySummary]) {
    self.summaries = summaries
  }

  var lines: [String] {
    let hasPruner = summaries.contains { $0.pruner != "none" }
    let hasSeed = summaries.contains { $0.worldSeed != nil }
    let hasWorkers = summaries.contains { $0.use != nil }
    var table = TextTable(
      header: ["search"] + (hasPruner ? ["pruner"] : []) + ["world"] + (hasSeed ? ["seed"] : [])
        + [
          "lag", "budget", "mean", "low", "high", ">=.95", "by run", "model", "curse", "run's",
          "spent",
        ] + (hasWorkers ? ["use", "time"] : []) + ["repeats"])
    for row in summaries {
      var cells = [row.algo] + (hasPruner ? [row.pruner] : []) + [row.world]
      if hasSeed { cells.append(row.worldSeed.map { "\($0)" } ?? "") }
      cells += ["\(row.lag)", Format.fixed(row.budget, decimals: 4)]
      cells += [
        row.mean, row.low, row.high, row.atLeast95, row.byRun, row.model, row.curse,
        row.curseByRun, row.spent,
      ].map(figure)
      if hasWorkers { cells += [figure(row.use), figure(row.time)] }
      table.append(cells + ["\(row.repeats)"])
    }
    return table.lines
  }

  private func figure(_ value: Double?) -> String {
    value.map { Format.fixed($0, decimals: 3) } ?? "-"
  }
}
