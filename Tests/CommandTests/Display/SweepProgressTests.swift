import Testing
import Tuning

@testable import sine_tune

@Suite struct SweepProgressTests {
  private func progress(biggerIsBetter: Bool = true) -> SweepProgress {
    SweepProgress(
      metric: "mrr@10", biggerIsBetter: biggerIsBetter, parameterNames: Sample.names, total: 12,
      endedBefore: 3)
  }

  @Test("A finished trial is one line with its place in the sweep")
  func completeLine() {
    var progress = progress()
    let trial = Sample.trial(7, rate: 0.005, prototypes: 500)
    #expect(progress.apply(.started(trial), at: .seconds(1)) == nil)
    #expect(progress.apply(.epoch(trial, Sample.report(0)), at: .seconds(2)) == nil)
    let line = progress.apply(.ended(trial, Sample.complete(0.0391)), at: .seconds(76))
    #expect(
      line == """
        [4/12] trial 7 complete, mrr@10 0.0391 at epoch 7 of 18 in 1:15 \
        (interest_size:4, learning_rate:0.005, prototype_size:500)
        """)
    #expect(progress.running.isEmpty)
  }

  @Test("A failed trial says why, and is counted")
  func failedLine() {
    var progress = progress()
    let trial = Sample.trial(2)
    _ = progress.apply(.started(trial), at: .zero)
    let line = progress.apply(
      .ended(trial, .failed(.diverged, message: "the loss is not finite in epoch 3")),
      at: .seconds(9))
    #expect(
      line == """
        [4/12] trial 2 failed, diverged: the loss is not finite in epoch 3 in 0:09 \
        (interest_size:4, learning_rate:0.001, prototype_size:50)
        """)
    #expect(progress.failed == 1)
    #expect(progress.best == nil)
  }

  @Test("An interrupted trial is no finished one")
  func interrupted() {
    var progress = progress()
    let trial = Sample.trial(2)
    _ = progress.apply(.started(trial), at: .zero)
    #expect(progress.apply(.ended(trial, .interrupted), at: .seconds(9)) == nil)
    #expect(progress.ended == 0)
    #expect(progress.running.isEmpty)
  }

  @Test("The best trial is the best by validation, of equal ones the lowest number")
  func bestTrial() {
    var progress = progress()
    for (number, score) in [(5, 0.03), (9, 0.04), (4, 0.04), (6, 0.04), (1, 0.02)] {
      let trial = Sample.trial(number)
      _ = progress.apply(.started(trial), at: .zero)
      _ = progress.apply(.ended(trial, Sample.complete(score)), at: .zero)
    }
    #expect(progress.best?.number == 4)
    #expect(progress.best?.score == 0.04)
  }

  @Test("Where smaller is better the smallest score wins")
  func smallestWins() {
    var progress = progress(biggerIsBetter: false)
    for (number, score) in [(0, 0.9), (1, 0.7), (2, 0.8)] {
      _ = progress.apply(.ended(Sample.trial(number), Sample.complete(score)), at: .zero)
    }
    #expect(progress.best?.number == 1)
  }

  @Test("Running trials stand in the order of their numbers")
  func orderOfRunning() {
    var progress = progress()
    for number in [5, 3, 8, 4] {
      _ = progress.apply(.started(Sample.trial(number)), at: .zero)
    }
    #expect(progress.running.map(\.trial.number) == [3, 4, 5, 8])
  }
}
