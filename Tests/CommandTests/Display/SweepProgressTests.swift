import Storage
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

  @Test("With a budget of epochs, lines count epochs of mean work, those of running trials too")
  func budget() {
    var progress = SweepProgress(
      metric: "mrr@10", direction: .maximize, parameterNames: Sample.names, total: nil,
      budget: EpochBudget(epochs: 240, work: 480, spentWork: 20), endedBefore: 1)
    #expect(progress.fraction == "10/240")
    let (one, other) = (Sample.decision(2), Sample.decision(3))
    for decision in [one, other] { _ = progress.apply(.started(decision), at: .zero) }
    _ = progress.apply(.epoch(one, Sample.report(5)), at: .seconds(1))
    #expect(progress.fraction == "13/240" && progress.doneSinceStart == 3)
    let line = progress.apply(.ended(one, .complete(Sample.result(0.03))), at: .seconds(2))
    #expect(line?.hasPrefix("[19/240 epochs] trial 2 complete") == true)
    // An interrupted trial is trained again, and its epochs count then.
    _ = progress.apply(.epoch(other, Sample.report(5)), at: .seconds(2))
    #expect(progress.fraction == "22/240")
    _ = progress.apply(.ended(other, .interrupted), at: .seconds(3))
    #expect(progress.fraction == "19/240")
    #expect(progress.sign(after: .zero) { _ in nil }.contains("19/240 epochs; none is running"))
    let bar = ProgressView(progress: progress, elapsed: .seconds(9), columns: 80, rows: 24).lines
    #expect(bar.last?.contains("] 19/240 epochs, 0:09 elapsed, about 3:41 left") == true)
  }

  @Test("A trial that confirms a result is none of those that are counted")
  func confirmation() {
    var progress = progress()
    let search = Sample.decision(7)
    let decision = Decision(number: 8, trial: search.trial, purpose: .confirm)
    let line = progress.apply(.ended(decision, .complete(Sample.result(0.9))), at: .zero)
    #expect(line?.hasPrefix("[confirm] trial 7 complete, mrr@10 0.9") == true)
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
