import Search
import Testing
import Trials

@testable import Tuning

@Suite struct EarlyStopTests {
  /// The scores, the limit, the direction, and the number of trials after which the sweep ends.
  static let cases: [(scores: [Double?], limit: Int, direction: Direction, trials: Int)] = [
    // The first trial counts as 1, so that 3 trials are enough if the first is the best.
    ([5, 4, 3, 2, 1], 3, .maximize, 3),
    // A tie is no improvement; an improvement sets the count to 0.
    ([5, 5, 6, 6, 6, 6], 3, .maximize, 6),
    ([1, 2, 3, 4, 5], 2, .maximize, 5),
    ([5, 4, 3, 2, 1], 2, .minimize, 5),
    ([5, 4, 4, 3, 3, 3, 1], 2, .minimize, 6),
    // The first trial never ends the sweep.
    ([5, 6, 7, 7, 9], 1, .maximize, 4),
    ([5, 4, 9], 1, .maximize, 2),
    // Trials without a score improve nothing; the first score after them counts as 1.
    ([nil, nil, 1, 0, 0], 3, .maximize, 5),
    ([nil, .nan, nil, 1], 3, .maximize, 3),
    ([1, .nan, nil, 2], 3, .maximize, 3),
    // RecBole's default and its log of SINE on ml-1m: the second of twelve trials was the best.
    ([1, 2] + Array(repeating: 1, count: 30), 10, .maximize, 12),
  ]

  /// Returns the scores that outcomes have: NaN is no score.
  private static func scores(_ index: Int) -> [Double?] {
    cases[index].scores.map { $0?.isNaN == true ? nil : $0 }
  }

  @Test("The sweep ends when RecBole's rule ends it", arguments: cases.indices)
  func rule(index: Int) {
    let sample = Self.cases[index]
    var rule = EarlyStop(limit: sample.limit, direction: sample.direction)
    let end = Self.scores(index).firstIndex { rule.ends(with: $0) }
    #expect((end.map { $0 + 1 } ?? sample.scores.count) == sample.trials)
  }

  @Test(
    "The rule cannot end the sweep before the outcomes that it calls certain",
    arguments: cases.indices)
  func certainOutcomes(index: Int) {
    let sample = Self.cases[index]
    var rule = EarlyStop(limit: sample.limit, direction: sample.direction)
    var certain = rule.certainOutcomes
    for (number, score) in Self.scores(index).enumerated() {
      let ends = rule.ends(with: score)
      #expect(!ends || number + 1 >= certain)
      if ends { break }
      certain = max(certain, number + 1 + rule.certainOutcomes)
    }
  }

  @Test(
    "One worker and many make the same set of trials, in one process or three",
    arguments: cases.indices, [1, 2, 8])
  func sameTrials(index: Int, workers: Int) throws {
    let sample = Self.cases[index]
    for _ in 0..<10 {
      let sweep = MemorySweep()
      let loops = [1, 3].randomElement() ?? 1
      let ends = try runLoops(loops, on: sweep, workers: workers, sample: index)
      #expect(sweep.history.decisions.map(\.number) == Array(0..<sample.trials))
      #expect(ends.allSatisfy { $0 == .stoppedEarly } || sample.trials == sample.scores.count)
    }
  }

  @Test("A resumed sweep ends where an undisturbed one does", arguments: cases.indices)
  func resumed(index: Int) throws {
    let sample = Self.cases[index]
    for done in 0...sample.trials {
      let sweep = MemorySweep()
      let killed = MemoryStore(sweep, process: 1)
      for number in 0..<done {
        let decision = Decision(number: number, trial: trial(number))
        let claim = try #require(killed.begin(decision, except: []).claim)
        // The trial before the last finished one was interrupted and has to run again.
        if number != done - 2 { try killed.end(claim, with: end(index, number)) }
      }
      sweep.kill(1)
      _ = try runLoops(1, on: sweep, workers: 2, sample: index)
      #expect(sweep.history.decisions.map(\.number) == Array(0..<sample.trials))
      #expect(sweep.history.settledCount == sample.trials)
    }
  }

  @Test("A decision waits for the first outcome that decides whether it exists")
  func waiting() {
    var history = History()
    func existence() -> EarlyStop.Existence {
      EarlyStop.existence(
        of: history.decisions.count, in: history, limit: 2, direction: .maximize)
    }
    func settle(_ number: Int, _ score: Double) {
      history.settle(
        number, as: Outcome(kind: .complete, epochs: 1, bestEpoch: 0, score: score, cost: 1))
    }
    for number in 0..<2 {
      #expect(existence() == .exists)
      history.append(Decision(number: number, trial: trial(number)))
    }
    #expect(existence() == .unknown(until: 0))
    // Decision 1 alone decides nothing.
    settle(1, 7)
    #expect(existence() == .unknown(until: 0))
    // Decision 0 and then 1, an improvement: two more are certain.
    settle(0, 1)
    #expect(existence() == .exists)
    for number in 2..<4 {
      history.append(Decision(number: number, trial: trial(number)))
      settle(number, 0)
    }
    #expect(existence() == .stopped)
  }

  private func trial(_ number: Int) -> Trial {
    Trial(number: number, point: Point([.init(name: "x", value: .integer(number))]), seed: 1)
  }

  private func end(_ index: Int, _ number: Int) -> AttemptEnd {
    guard let score = Self.cases[index].scores[number] else {
      return .failed(.diverged, message: "loss is nan")
    }
    return .complete(result(score))
  }

  private func runLoops(
    _ count: Int, on sweep: MemorySweep, workers: Int, sample index: Int
  ) throws -> [SweepEnd] {
    let sample = Self.cases[index]
    let tuner = Tuner(
      strategy: ListStrategy(count: sample.scores.count), direction: sample.direction, lag: 2,
      budget: Tuner.Budget(earlyStop: sample.limit))
    return try runTogether(count) { process in
      TuningLoop(
        tuner: tuner, store: MemoryStore(sweep, process: 100 + process),
        executor: ThreadExecutor(capacity: workers) { claim, _ in end(index, claim.trial.number) })
    }
  }

  @Test("A limit that no sweep reaches lets every decision exist", arguments: [1 << 40, Int.max])
  func hugeLimit(limit: Int) {
    var history = History()
    for number in 0..<3 {
      history.append(
        Decision(number: number, trial: Trial(number: number, point: Point([]), seed: number)))
    }
    history.settle(
      0, as: Outcome(kind: .complete, epochs: 1, bestEpoch: 0, score: 1, cost: 1))
    #expect(EarlyStop.existence(of: 3, in: history, limit: limit, direction: .maximize) == .exists)
  }
}
