import Storage
import TestSupport
import Testing
import Trials

@testable import Reports

@Suite struct SweepReportTests {
  private func report(
    complete: Int, pruned: Int = 0, searchesSeed: Bool = false
  ) -> SweepReport {
    let best = (0..<min(complete, SweepReport.mostRows)).map { rank in
      let score = Double(390 - rank) / 10_000
      return Sample.record(
        Sample.trial(rank * 7 % 12, rate: 0.005), score: score, bestEpoch: 17 + rank,
        epochs: 28 + rank,
        valid: [Metric(name: "recall@10", value: 0.1), Metric(name: "mrr@10", value: score)],
        test: [Metric(name: "recall@10", value: 0.09), Metric(name: "mrr@10", value: 0.03)])
    }
    return SweepReport(
      Sample.sweep(
        planned: 20, counts: TrialCounts(complete: complete, pruned: pruned, failed: 2),
        searchesSeed: searchesSeed), best: best, database: "runs/results.db")
  }

  @Test("The report of a sweep looks as recorded")
  func complete() throws {
    try expectSnapshot(
      report(complete: 12).lines.joined(separator: "\n") + "\n", named: "report/complete.txt")
  }

  @Test("Pruned trials are counted, and a searched seed has its column")
  func seeds() throws {
    try expectSnapshot(
      report(complete: 2, pruned: 3, searchesSeed: true).lines.joined(separator: "\n") + "\n",
      named: "report/seeds.txt")
  }

  @Test("A sweep without a complete trial has no best one")
  func nothing() throws {
    try expectSnapshot(
      report(complete: 0).lines.joined(separator: "\n") + "\n", named: "report/nothing.txt")
  }

  @Test("A trial without a score is no best one")
  func noScore() {
    let record = Sample.record(
      Sample.trial(0), score: nil, bestEpoch: 1, epochs: 2, valid: [],
      test: [Metric(name: "mrr@10", value: 0.03)])
    let report = SweepReport(
      Sample.sweep(planned: 1, counts: TrialCounts(complete: 1)), best: [record], database: "r.db")
    #expect(report.best.isEmpty)
    #expect(report.lines.contains("no trial has a score: none was evaluated by validation"))
    #expect(!report.lines.contains { $0.contains("best") })
  }

  @Test("Trials outside the space are no part of the total")
  func outside() {
    let report = SweepReport(
      Sample.sweep(planned: 3, counts: TrialCounts(complete: 2, outside: 6)), best: [],
      database: "r.db")
    #expect(report.progress == "2 of 3 trials done")
    #expect(
      report.lines[0]
        == "sweep it's-1: 2 of 3 trials, 2 complete, 6 more outside the space, in r.db")
  }

  @Test("The JSON of a sweep has the best trial and the top of the table")
  func json() throws {
    let text = try JSONReport.text(report(complete: 1).json)
    #expect(text.contains("\"sweep\" : \"it's-1\""))
    #expect(text.contains("\"valid_score\" : 0.039"))
    #expect(text.contains("\"learning_rate\" : 0.005"))
  }

  @Test("Trials that timed out are named beside the best one")
  func timedOut() throws {
    func report(_ count: Int, complete: Int) -> SweepReport {
      SweepReport(
        Sample.sweep(
          planned: 9, counts: TrialCounts(complete: complete, failed: 3, timedOut: count)),
        best: self.report(complete: complete).best, database: "runs/results.db")
    }
    #expect(
      report(2, complete: 1).lines.suffix(2) == ["  2 trials timed out and were not compared", ""])
    #expect(report(1, complete: 0).lines.last == "  1 trial timed out and was not compared")
    #expect(!report(0, complete: 1).lines.contains { $0.contains("timed out") })
    #expect(try JSONReport.text(report(2, complete: 1).json).contains("\"timed_out\" : 2"))
  }
}
