import Search
import Testing

@testable import Tuning

@Suite struct EarlyStopTests {
  /// Scores, limit, direction, and how many trials the sweep has.
  static let cases: [(scores: [Double?], limit: Int, biggerIsBetter: Bool, trials: Int)] = [
    // The first trial counts as 1, so that 3 trials are enough where the first is the best.
    ([5, 4, 3, 2, 1], 3, true, 3),
    // A tie is no improvement; an improvement sets the count to 0.
    ([5, 5, 6, 6, 6, 6], 3, true, 6),
    ([1, 2, 3, 4, 5], 2, true, 5),
    ([5, 4, 3, 2, 1], 2, false, 5),
    ([5, 4, 4, 3, 3, 3, 1], 2, false, 6),
    // Never after the first trial.
    ([5, 6, 7, 7, 9], 1, true, 4),
    ([5, 4, 9], 1, true, 2),
    // Trials without a score improve nothing; the first score after them counts as 1.
    ([nil, nil, 1, 0, 0], 3, true, 5),
    ([nil, .nan, nil, 1], 3, true, 3),
    ([1, .nan, nil, 2], 3, true, 3),
    // RecBole's default and its log of SINE on ml-1m: the second of twelve trials was the best.
    ([1, 2] + Array(repeating: 1, count: 30), 10, true, 12),
  ]

  @Test("The sweep ends where RecBole's rule ends it", arguments: cases.indices)
  func rule(index: Int) {
    let sample = Self.cases[index]
    var rule = ProgressRule(limit: sample.limit, biggerIsBetter: sample.biggerIsBetter)
    let end = sample.scores.firstIndex { rule.ends(with: $0) }
    #expect((end.map { $0 + 1 } ?? sample.scores.count) == sample.trials)
  }

  @Test(
    "The rule cannot end the search before the trials that it calls certain",
    arguments: cases.indices)
  func certainTrials(index: Int) {
    let sample = Self.cases[index]
    var rule = ProgressRule(limit: sample.limit, biggerIsBetter: sample.biggerIsBetter)
    var certain = rule.certainTrials
    for (number, score) in sample.scores.enumerated() {
      let ends = rule.ends(with: score)
      #expect(!ends || number + 1 >= certain)
      if ends { break }
      certain = max(certain, number + 1 + rule.certainTrials)
    }
  }

  @Test("One job and many make the same set of trials", arguments: cases.indices, [1, 2, 8])
  func sameTrials(index: Int, jobs: Int) throws {
    let sample = Self.cases[index]
    for _ in 0..<20 {
      let (log, end) = try run(sample, jobs: jobs)
      #expect(log.finished == Array(0..<sample.trials))
      #expect(end == .stoppedEarly || sample.trials == sample.scores.count)
    }
  }

  @Test("A resumed sweep ends where an uninterrupted one does", arguments: cases.indices)
  func resumed(index: Int) throws {
    let sample = Self.cases[index]
    for done in 0...sample.trials {
      // The trial before the last finished one was interrupted and has to run again.
      let finished = (0..<done).filter { $0 != done - 2 }
      let (log, _) = try run(sample, jobs: 2, finished: finished)
      #expect(Set(log.finished + finished) == Set(0..<sample.trials))
    }
  }

  @Test("A worker without certain work parks and is woken by the trial that decides")
  func parking() {
    var state = SweepState(biggerIsBetter: true, earlyStop: 2)
    #expect(state.step(ofWorker: 0) == .ask)
    #expect(state.step(ofWorker: 1) == .ask)
    #expect(state.step(ofWorker: 2) == .park)
    #expect(state.handedOut(0).isEmpty)
    #expect(state.handedOut(1).isEmpty)
    // Trial 1 alone decides nothing.
    #expect(state.ended(1, complete(7)).isEmpty)
    #expect(state.step(ofWorker: 1) == .park)
    // Trial 0 and then 1, an improvement: two more are certain.
    #expect(state.ended(0, complete(1)) == [2, 1])
    #expect(state.step(ofWorker: 2) == .ask)
  }

  @Test("A sweep that had ended early hands out nothing when it is resumed")
  func resumedAfterItsEnd() throws {
    let sample = Self.cases[0]
    let (log, end) = try run(sample, jobs: 2, finished: Array(0..<sample.trials))
    #expect(end == .stoppedEarly)
    #expect(log.events.isEmpty)
  }

  private func run(
    _ sample: (scores: [Double?], limit: Int, biggerIsBetter: Bool, trials: Int), jobs: Int,
    finished: [Int] = []
  ) throws -> (log: EventLog, end: SweepEnd) {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { log.nextTrial(below: sample.scores.count, skipping: Set(finished)) },
      objective: { trial, _ in
        guard let score = sample.scores[trial.number] else {
          return .failed(.diverged, message: "loss is nan")
        }
        return complete(score)
      }, sink: log.append, biggerIsBetter: sample.biggerIsBetter, earlyStop: sample.limit,
      finished: finished.map { FinishedTrial(number: $0, score: sample.scores[$0]) })
    let end = try scheduler.run()
    return (log, end)
  }
}
