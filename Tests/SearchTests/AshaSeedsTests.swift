import Literals
import Testing
import Trials

@testable import Search

@Suite struct AshaSeedsTests {
  private func strategy(_ text: String = "a quniform 0,99,1") throws -> AshaSeeds {
    try AshaSeeds(
      space: SearchSpace.parse(text, file: "h"), seed: 1, firstSeed: 5,
      pruner: AshaPruner(
        minEpochs: 3, reductionFactor: 3, mostEpochs: 100, direction: .maximize),
      reductionFactor: 3, direction: .maximize)
  }

  private func plan(_ history: History, _ text: String = "a quniform 0,99,1") throws -> Plan {
    guard case .decide(let plan) = try strategy(text).next(after: history) else {
      throw CancellationError()
    }
    return plan
  }

  /// Returns a history of points 0, 1, … that are complete with these scores, by seed.
  private func history(_ scores: [[Double?]]) -> History {
    var history = History()
    for (number, scores) in scores.enumerated() {
      for (place, score) in scores.enumerated() {
        history.train(
          point(number), seed: 5 + place, score == nil ? .failed : .complete, score: score)
      }
    }
    return history
  }

  @Test("Points are random ones with the first seed, and pause at the first rung")
  func newPoints() throws {
    let space = try SearchSpace.parse("a quniform 0,99,1", file: "h")
    let past = history([[0.1], [0.2]])
    let plan = try plan(past)
    #expect(plan.point == RandomSampler(space: space, seed: 1).point(2, after: past))
    #expect(plan.seed == 5 && plan.until == 3 && plan.why == Rationale(.sampled))
  }

  @Test("The best of three complete points gets three seeds in all, one after the other")
  func threeSeeds() throws {
    var past = history([[0.1], [0.3], [0.2]])
    let first = try plan(past)
    #expect(first.point == point(1) && first.seed == 6 && first.until == nil)
    #expect(first.why?.rule == .replicate && first.why?.value == 0.3 && first.why?.choices == 3)
    #expect(first.why?.runnerUp == Rationale.Alternative(point: point(2), value: 0.2))
    past.train(first.point, seed: 6)
    let second = try plan(past)
    #expect(second.point == point(1) && second.seed == 7 && second.why == Rationale(.replicate))
    past.train(second.point, seed: 7)
    // Three seeds are begun, and no other point is among the best third.
    #expect(try plan(past).why?.rule == .sampled)
  }

  @Test("The best mean of three goes on to nine seeds, before other points get three")
  func nineSeeds() throws {
    let rest = (0..<9).map { _ in [0.1] as [Double?] }
    var past = history(
      [[0.9, 0.1, 0.1], [0.5, 0.5, 0.5], [0.6, 0.4, 0.2]] as [[Double?]] + rest)
    let first = try plan(past)
    // Means .367, .5, .4: the luckiest first seed is not the best point.
    #expect(first.point == point(1) && first.seed == 8 && first.why?.value == 0.5)
    #expect(first.why?.runnerUp?.point == point(2))
    for seed in 8...13 {
      #expect(try plan(past).seed == seed && plan(past).point == point(1))
      past.train(point(1), seed: seed)
    }
    // Twelve points have one seed: the fourth of them gets more, a tie of the lowest number.
    #expect(try plan(past).point == point(3) && plan(past).seed == 6)
  }

  @Test("Before nine seeds have ended, their mean is not known")
  func pendingSeeds() throws {
    var past = history([[0.9, 0.1], [0.5, 0.5, 0.5], [0.6, 0.4, 0.2]])
    past.train(point(0), seed: 7)
    #expect(try plan(past).why?.rule == .sampled)
    past.settle(
      past.decisions.count - 1,
      as: Outcome(kind: .complete, epochs: 20, bestEpoch: 0, score: 0.1, cost: 20))
    #expect(try plan(past).seed == 8)
  }

  @Test(
    "A failed seed counts as one, without a score; a point whose first seed failed gets no more")
  func failures() throws {
    #expect(try plan(history([[nil], [0.3], [0.2]])).why?.rule == .sampled)
    let past = history([[0.4, 0.5, nil], [0.9, nil, 0.1], [0.3, 0.2, 0.1], [nil]])
    let plan = try plan(past)
    // Means .45, .5, .2.
    #expect(plan.point == point(1) && plan.seed == 8 && plan.why?.value == 0.5)
    #expect(plan.why?.choices == 3)
  }

  @Test("Paused trials go on as the pruner says, and a paused further seed before all others")
  func pauses() throws {
    var past = History()
    for number in 0..<3 {
      past.train(
        point(number), seed: 5, until: 3, .paused, epochs: 3, score: Double(number) / 10)
    }
    let promoted = try plan(past)
    #expect(promoted.point == point(2) && promoted.until == 9 && promoted.why?.rung == 3)
    past = history([[0.1], [0.3], [0.2]])
    past.train(point(1), seed: 6, until: 4, .paused, epochs: 4, score: 0.1)
    let seed = try plan(past)
    #expect(seed.point == point(1) && seed.seed == 6 && seed.until == nil)
    past.train(point(1), seed: 6)
    #expect(try plan(past).seed == 7)
  }

  @Test("A withdrawn seed is trained again, and a point outside the space gets none")
  func withdrawn() throws {
    var past = history([[0.1], [0.3], [0.2]])
    past.train(point(1), seed: 6, .withdrawn)
    past.train(point(1), seed: 7, .complete, score: 0.2)
    #expect(try plan(past).point == point(1) && plan(past).seed == 6)
    #expect(try plan(past, "a quniform 10,20,1").why?.rule == .sampled)
  }

  @Test("A space that is used up has nothing left when no point waits for seeds")
  func usedUp() throws {
    let past = history([[0.1], [0.2]])
    #expect(try strategy("a choice [0,1]").next(after: past) == .needsMore)
  }
}
