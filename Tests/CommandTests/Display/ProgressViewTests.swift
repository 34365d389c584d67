import Recommender
import TestSupport
import Testing
import Tuning

@testable import sine_tune

@Suite struct ProgressViewTests {
  /// A sweep of 120 with one trial done, one failed and the given number running.
  private func progress(running: Int) -> SweepProgress {
    var progress = SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: Sample.names, total: 120,
      endedBefore: 35)
    let done = Sample.decision(35, rate: 0.01, prototypes: 100)
    let failed = Sample.decision(36, rate: 0.01)
    for decision in [done, failed] { _ = progress.apply(.started(decision), at: .zero) }
    _ = progress.apply(.ended(done, .complete(Sample.result(0.0391, epoch: 17))), at: .seconds(60))
    _ = progress.apply(.ended(failed, .failed(.diverged, message: "")), at: .seconds(70))
    for number in 37..<(37 + running) {
      let decision = Sample.decision(
        number, rate: 0.005, prototypes: number % 2 == 0 ? 5000 : 50)
      _ = progress.apply(.started(decision), at: .seconds(70))
      if number > 37 {
        _ = progress.apply(.epoch(decision, Sample.report(8, score: 0.033)), at: .seconds(80))
        _ = progress.apply(
          .epoch(decision, Sample.report(9, loss: 1340.0625, score: 0.03)), at: .seconds(81))
      }
    }
    return progress
  }

  private func frame(running: Int, columns: Int, rows: Int) -> [String] {
    ProgressView(
      progress: progress(running: running), elapsed: .seconds(3723), columns: columns, rows: rows
    ).lines
  }

  @Test(
    "A frame looks as recorded",
    arguments: [
      (3, 110, 24), (3, 80, 24), (3, 60, 24), (3, 40, 24), (12, 110, 8), (0, 80, 24), (2, 20, 24),
    ])
  func frames(running: Int, columns: Int, rows: Int) throws {
    let lines = frame(running: running, columns: columns, rows: rows)
    try expectSnapshot(
      lines.joined(separator: "\n") + "\n",
      named: "progress/\(running)-running-\(columns)x\(rows).txt")
  }

  @Test("No frame is wider than its terminal, and every frame is lower than it", arguments: 1...130)
  func fits(columns: Int) {
    for rows in [1, 2, 3, 4, 5, 9, 40] {
      let lines = frame(running: 20, columns: columns, rows: rows)
      #expect(lines.allSatisfy { $0.count < max(columns, 2) })
      #expect(lines.count <= max(rows - 1, 2))
    }
  }

  @Test("Searched values are whole from 40 columns on, and the bar is there", arguments: 40...130)
  func wholeValues(columns: Int) {
    let lines = frame(running: 3, columns: columns, rows: 24)
    for line in lines[1...3] {
      let words = line.split(separator: " ")
      #expect(words[1] == "0.005" && (words[2] == "50" || words[2] == "5000") && words[3] == "4")
    }
    #expect(lines.last?.hasPrefix("[##") == true && lines.last?.contains("] 37/120") == true)
  }

  @Test("A running trial tells how far it is within its epoch")
  func moments() {
    let view = ProgressView(
      progress: progress(running: 2), elapsed: .zero, columns: 100, rows: 24,
      moment: { TrainingProgress.Moment(epoch: 10, isEvaluating: $0 == 38, share: 0.439) })
    #expect(view.lines[1].contains("  10  43%  "))
    #expect(view.lines[2].contains("  10 eval  "))
  }

  @Test("A drawn value has five digits")
  func shortValues() {
    var progress = SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: Sample.names, total: 12)
    let decision = Sample.decision(0, rate: 0.005088657031258)
    _ = progress.apply(.started(decision), at: .zero)
    let lines = ProgressView(progress: progress, elapsed: .zero, columns: 80, rows: 24).lines
    #expect(lines[1].contains(" 0.0050887 "))
    let ended = progress.apply(.ended(decision, .complete(Sample.result(0.03))), at: .zero)
    #expect(ended?.contains("learning_rate:0.0050887,") == true)
  }

  @Test("A sweep of no trials has a bar all the same")
  func emptySweep() {
    let progress = SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: [], total: 0)
    let lines = ProgressView(progress: progress, elapsed: .zero, columns: 80, rows: 24).lines
    #expect(lines.first == "best   none yet")
    #expect(lines.last?.hasSuffix("] 0/0 trials, 0:00 elapsed") == true)
  }
}
