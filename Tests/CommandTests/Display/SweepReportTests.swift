import TestSupport
import Testing
import Tuning

@testable import sine_tune

@Suite struct SweepReportTests {
  private func report(complete: Int, biggerIsBetter: Bool = true, dataPath: String? = nil)
    -> SweepReport
  {
    let ranked = (0..<min(complete, SweepReport.shown)).map { rank in
      let score = Double(390 - rank) / 10_000
      return SweepReport.Ranked(
        number: rank * 7 % 12, parameters: Sample.trial(0, rate: 0.005).parameters, seed: 2020,
        validScore: score, bestEpoch: 17 + rank, epochs: 28 + rank,
        validMetrics: [
          Metric(name: "recall@10", value: 0.1), Metric(name: "mrr@10", value: score),
        ],
        testMetrics: [Metric(name: "recall@10", value: 0.09), Metric(name: "mrr@10", value: 0.03)])
    }
    return SweepReport(
      sweep: "it's-1", database: dataPath == nil ? "runs/results.db" : "my runs/a.db",
      program: "sine-tune", dataPath: dataPath, metric: "mrr@10", biggerIsBetter: biggerIsBetter,
      total: 20, complete: complete, pruned: 0, failed: 2, ranked: ranked)
  }

  @Test("The report of a sweep looks as recorded")
  func report() throws {
    try expectSnapshot(
      report(complete: 12).lines.joined(separator: "\n") + "\n", named: "report/complete.txt")
  }

  @Test("Names, paths and directions are as the shell and SQL need them")
  func quoting() throws {
    let lines = report(complete: 1, biggerIsBetter: false, dataPath: "my data/").lines
    try expectSnapshot(lines.joined(separator: "\n") + "\n", named: "report/quoting.txt")
  }

  @Test("A sweep without a complete trial has no best one")
  func nothing() throws {
    try expectSnapshot(
      report(complete: 0).lines.joined(separator: "\n") + "\n", named: "report/nothing.txt")
  }
}
