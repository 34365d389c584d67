import Storage
import Trials

/// The results of a sweep with the best trials first, as lines or as JSON.
package struct SweepReport {
  package let sweep: SweepRecord
  /// The path of the file with the results.
  package let database: String
  /// The best complete trials, best first. A trial without a score is none of them.
  package let best: [TrialRecord]
  /// Which configuration the sweep recommends.
  private let findings: FindingsReport?
  /// The file with the best model; nil if there is none.
  private let checkpoint: String?
  /// The budget of epochs; nil if there is none.
  private let budget: BudgetReport?

  /// The most rows of the table.
  package static let mostRows = 10

  package init(
    _ sweep: SweepRecord, best: [TrialRecord], findings: SweepFindings? = nil,
    checkpoint: String? = nil, gridEpochs: Double? = nil, database: String
  ) {
    self.sweep = sweep
    self.findings = findings.map { FindingsReport($0, metric: sweep.validMetric) }
    self.checkpoint = checkpoint
    budget = sweep.budget.map { BudgetReport($0, grid: gridEpochs) }
    self.database = database
    self.best = best.filter { $0.result?.validScore != nil }
  }

  /// The number of trials of the sweep when it is done, at least those that are done now; nil if a budget of
  /// epochs decides it.
  private var total: Int? { sweep.plannedTrials.map { max($0, sweep.counts.done) } }

  /// True if no trial is left to be run.
  package var isDone: Bool {
    total.map { sweep.counts.done >= $0 } ?? sweep.budget?.isSpent ?? false
  }

  package var lines: [String] {
    [headline] + (budget.map { [$0.line] } ?? []) + [""] + table + recommended + bestTrial
  }

  /// `37 of 120 trials done`.
  package var progress: String {
    (budget.map { "\($0.spent), " } ?? "") + "\(trials) done"
  }

  private var trials: String {
    total.map { "\(sweep.counts.done) of \(Format.count($0, "trial"))" }
      ?? Format.count(sweep.counts.done, "trial")
  }

  private var headline: String {
    let counts = sweep.counts
    var parts = [trials, "\(counts.complete) complete"]
    if counts.pruned > 0 { parts.append("\(counts.pruned) pruned") }
    if counts.paused > 0 { parts.append("\(counts.paused) paused") }
    if counts.failed > 0 { parts.append("\(counts.failed) failed") }
    if counts.outside > 0 { parts.append("\(counts.outside) more outside the space") }
    return "sweep \(sweep.name): " + parts.joined(separator: ", ") + ", in \(database)"
  }

  private var table: [String] {
    guard let first = best.first else {
      return [
        sweep.counts.complete > 0
          ? "no trial has a score: none was evaluated by validation" : "no trial is complete yet",
        "",
      ]
    }
    let shown = best.prefix(Self.mostRows)
    let hasSeeds = sweep.searchesSeed || Set(shown.map(\.trial.seed)).count > 1
    let names = first.trial.searchedValues(includingSeed: hasSeeds).entries.map(\.name)
    var table = TextTable(header: ["rank", "trial", sweep.validMetric, "best epoch"] + names)
    for (rank, record) in shown.enumerated() {
      let point = record.trial.searchedValues(includingSeed: hasSeeds)
      table.append(
        [
          "\(rank + 1)", "\(record.trial.number)", Format.score(record.result?.validScore),
          record.result.map { "\($0.bestEpoch)" } ?? "-",
        ] + names.map { point[$0].map(Format.value) ?? "" })
    }
    let title = sweep.counts.complete > 1 ? ["best by validation"] : []
    return title + table.lines + [""]
  }

  private var recommended: [String] {
    let lines = findings?.lines ?? []
    return lines.isEmpty ? [] : lines + [""]
  }

  private var bestTrial: [String] {
    let note = TrialReport.note(on: sweep.counts).map { ["  " + $0] } ?? []
    guard let best = best.first else { return note }
    return TrialReport.lines(
      ofModel: best, metric: sweep.validMetric, searchesSeed: sweep.searchesSeed,
      checkpoint: checkpoint) + note + [""]
  }
}

extension SweepReport {
  /// The sweep as one JSON object.
  package struct JSON: Encodable {
    let sweep: String
    let database: String
    let metric: String
    let direction: String
    let total: Int?
    let epochs: BudgetReport.JSON?
    let complete: Int
    let pruned: Int
    let failed: Int
    /// The failed trials that were not done in time; they were not compared.
    let timedOut: Int
    let best: TrialJSON?
    /// The file with the best model.
    let checkpoint: String?
    let top: [TrialJSON]
    let recommended: FindingsReport.JSON?
    let confirmations: [FindingsReport.ConfirmationJSON]
    let earlyEnds: FindingsReport.EarlyEndsJSON?
  }

  package var json: JSON {
    let top = best.prefix(Self.mostRows).compactMap {
      TrialJSON($0, searchesSeed: sweep.searchesSeed)
    }
    return JSON(
      sweep: sweep.name, database: database, metric: sweep.validMetric,
      direction: sweep.direction.rawValue, total: total, epochs: budget?.json,
      complete: sweep.counts.complete, pruned: sweep.counts.pruned, failed: sweep.counts.failed,
      timedOut: sweep.counts.timedOut, best: top.first,
      checkpoint: checkpoint, top: top, recommended: findings?.json,
      confirmations: findings?.confirmationsJSON ?? [], earlyEnds: findings?.earlyEndsJSON)
  }
}
