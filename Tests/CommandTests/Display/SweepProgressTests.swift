import Testing
import Trials
import Tuning

@testable import sine_tune

@Suite struct SweepProgressTests {
  private func progress(direction: Direction = .maximize) -> SweepProgress {
    SweepProgress(
      metric: "mrr@10", direction: direction, parameterNames: Sample.names, total: 12,
      endedBefore: 3)
  }

  @Test("A finished trial is one line with its place in the sweep")
  func completeLine() {
    var progress = progress()
    let decision = Sample.decision(7, rate: 0.005, prototypes: 500)
    #expect(progress.apply(.started(decision), at: .seconds(1)) == nil)
    #expect(progress.apply(.epoch(decision, Sample.report(0)), at: .seconds(2)) == nil)
    let line = progress.apply(.ended(decision, .complete(Sample.result(0.0391))), at: .seconds(76))
    #expect(
      line == """
        [4/12] trial 7 complete, mrr@10 0.0391 at epoch 7 of 18 in 1:15 \
        (interest_size:4, learning_rate:0.005, prototype_size:500)
        """)
    #expect(progress.running.isEmpty)
  }

  @Test("A trial that goes on from a checkpoint shows the time of all its attempts")
  func totalTime() {
    var progress = progress()
    let decision = Sample.decision(7)
    _ = progress.apply(.started(decision), at: .seconds(1))
    let line = progress.apply(
      .ended(decision, .complete(Sample.result(0.0391))), at: .seconds(8), seconds: 3700.5)
    #expect(line?.contains(" in 1:01:40 (") == true)
  }

  @Test("A failed trial says why, and is counted")
  func failedLine() {
    var progress = progress()
    let decision = Sample.decision(2)
    _ = progress.apply(.started(decision), at: .zero)
    let line = progress.apply(
      .ended(decision, .failed(.diverged, message: "the loss is not finite in epoch 3")),
      at: .seconds(9))
    #expect(
      line == """
        [4/12] trial 2 failed, diverged: the loss is not finite in epoch 3 in 0:09 \
        (interest_size:4, learning_rate:0.001, prototype_size:50)
        """)
    #expect(progress.failed == 1)
    #expect(progress.best == nil)
  }

  @Test("No more trials have ended than there are")
  func total() {
    var progress = SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: Sample.names, total: 6,
      endedBefore: 6)
    let decision = Sample.decision(7)
    _ = progress.apply(.started(decision), at: .zero)
    let line = progress.apply(.ended(decision, .complete(Sample.result(0.03))), at: .seconds(1))
    #expect(line?.hasPrefix("[7/7] ") == true)
  }

  @Test("An interrupted trial does not count as finished")
  func interrupted() {
    var progress = progress()
    let decision = Sample.decision(2)
    _ = progress.apply(.started(decision), at: .zero)
    #expect(progress.apply(.ended(decision, .interrupted), at: .seconds(9)) == nil)
    #expect(progress.ended == 0)
    #expect(progress.running.isEmpty)
  }

  @Test("The best trial is the best by validation, and of equal scores the lowest number")
  func bestTrial() {
    var progress = progress()
    for (number, score) in [(5, 0.03), (9, 0.04), (4, 0.04), (6, 0.04), (1, 0.02)] {
      let decision = Sample.decision(number)
      _ = progress.apply(.started(decision), at: .zero)
      _ = progress.apply(.ended(decision, .complete(Sample.result(score))), at: .zero)
    }
    #expect(progress.best?.trial.number == 4)
    #expect(progress.best?.score == 0.04)
  }

  @Test("If smaller scores are better, the smallest one wins")
  func smallestWins() {
    var progress = progress(direction: .minimize)
    for (number, score) in [(0, 0.9), (1, 0.7), (2, 0.8)] {
      _ = progress.apply(
        .ended(Sample.decision(number), .complete(Sample.result(score))), at: .zero)
    }
    #expect(progress.best?.trial.number == 1)
  }

  @Test("Running trials stand in the order of their numbers")
  func orderOfRunning() {
    var progress = progress()
    for number in [5, 3, 8, 4] {
      _ = progress.apply(.started(Sample.decision(number)), at: .zero)
    }
    #expect(progress.running.map(\.trial.number) == [3, 4, 5, 8])
  }

  @Test("A paused trial and one that was not started say so, and do not count as ended")
  func goesOn() {
    var progress = progress()
    let decision = Sample.decision(2)
    _ = progress.apply(.started(decision), at: .zero)
    #expect(
      progress.apply(.ended(decision, .paused(Sample.result(0.03, epoch: 4))), at: .seconds(3))
        == "[3/12] trial 2 paused after 15 epochs in 0:03 "
        + "(interest_size:4, learning_rate:0.001, prototype_size:50)")
    let declined = progress.apply(.ended(decision, .declined("it takes 4 MB")), at: .seconds(3))
    #expect(declined?.hasPrefix("[3/12] trial 2 not started: it takes 4 MB") == true)
    #expect(progress.ended == 0 && progress.best == nil)
  }

  @Test("A run that waits for other processes says so")
  func waiting() {
    var progress = progress()
    let other = DecisionElsewhere(decision: 7, trial: 5, host: "other", pid: 3, isVisible: true)
    #expect(
      progress.apply(.waiting([other]), at: .zero)
        == "waiting for 1 trial of other processes; Ctrl-C ends only this one")
  }
}
