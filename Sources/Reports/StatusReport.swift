import Storage

/// A table of the sweeps of a file.
package struct StatusReport {
  private let sweeps: [SweepRecord]

  package init(sweeps: [SweepRecord]) {
    self.sweeps = sweeps
  }

  package var lines: [String] {
    guard !sweeps.isEmpty else { return ["no sweep yet"] }
    var table = TextTable(
      header: [
        "sweep", "dataset", "done", "of", "running", "interrupted", "failed", "metric", "best",
      ])
    for sweep in sweeps {
      table.append([
        sweep.name, sweep.dataset, "\(sweep.counts.done)",
        sweep.plannedTrials.map { "\(max($0, sweep.counts.done))" } ?? "-",
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
