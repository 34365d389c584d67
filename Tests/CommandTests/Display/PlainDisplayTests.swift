import Foundation
import Synchronization
import TestSupport
import Testing
import Tuning

@testable import Recommender
@testable import Sweeps
@testable import sine_tune

/// What a display writes where nothing can be redrawn.
@Suite struct PlainDisplayTests {
  private final class Written: Sendable {
    private let text = Mutex("")
    func append(_ piece: String) { text.withLock { $0 += piece } }
    var lines: [String] {
      text.withLock { $0 }.split(separator: "\n").map(String.init)
    }
  }

  private func style(isVerbose: Bool = false, isQuiet: Bool = false) -> DisplayStyle {
    DisplayStyle(
      redraws: false, colours: false, isQuiet: isQuiet, isVerbose: isVerbose,
      patience: .milliseconds(50))
  }

  private func progress() -> SweepProgress {
    SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: Sample.names, total: 12,
      endedBefore: 3)
  }

  @Test("When nothing happens for a while, a line tells what runs and how far it is")
  func sign() async throws {
    let written = Written()
    let running = RunningProgress()
    let display = SweepDisplay(
      progress(), running: running, style: style(), write: { written.append($0) })
    display.show(.started(Sample.decision(7)))
    let batches = running.begin(trial: 7)
    batches.begin(epoch: 4, isEvaluating: false, batches: 200)
    batches.note(batch: 86)
    while written.lines.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(
      written.lines.first
        == "0:00 elapsed, 3/12 trials; running: trial 7 in epoch 4, 43%")
    display.closing {}
    let count = written.lines.count
    try await Task.sleep(for: .milliseconds(150))
    #expect(written.lines.count == count)
  }

  @Test("A line per epoch is written only if the user asks for it", arguments: [true, false])
  func epochs(isVerbose: Bool) {
    let written = Written()
    var style = style(isVerbose: isVerbose)
    style.patience = .seconds(60)
    let display = SweepDisplay(
      progress(), running: RunningProgress(), style: style, write: { written.append($0) })
    let decision = Sample.decision(7)
    display.show(.started(decision))
    display.show(.epoch(decision, Sample.report(0, score: 0.03)))
    display.show(.epoch(decision, Sample.report(1, score: 0.02)))
    let lines = [
      "trial 7 epoch 0: loss 351.2500, mrr@10 0.03, best 0.03",
      "trial 7 epoch 1: loss 351.2500, mrr@10 0.02, best 0.03",
    ]
    #expect(written.lines == (isVerbose ? lines : []))
  }

  @Test("A quiet display writes nothing at all")
  func quiet() async throws {
    let written = Written()
    let display = SweepDisplay(
      progress(), running: RunningProgress(), style: style(isQuiet: true),
      write: { written.append($0) })
    display.show(.started(Sample.decision(7)))
    display.note("a note")
    try await Task.sleep(for: .milliseconds(150))
    display.show(.ended(Sample.decision(7), .complete(Sample.result(0.03))))
    display.closing {}
    #expect(written.lines.isEmpty)
  }
}
