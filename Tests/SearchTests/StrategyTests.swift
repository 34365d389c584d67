import Testing
import Trials

@testable import Search

@Suite struct StrategyTests {
  private func strategy(_ text: String, seeds: [Int]) throws -> SampledStrategy {
    let space = try SearchSpace.parse(text, file: "h")
    return SampledStrategy(
      sampler: GridSampler(space: space, seed: 1), space: space, seeds: seeds)
  }

  private func decisions(
    _ seeds: [Int], over text: String = "a choice [1,2,3]", after history: inout History
  ) throws -> [Trial] {
    let strategy = try strategy(text, seeds: seeds)
    let known = history.decisions.count
    while case .decide(let plan) = try strategy.next(after: history) {
      let trial = Trial(
        number: history.trial(of: plan.point, seed: plan.seed) ?? history.trialCount,
        point: plan.point, seed: plan.seed)
      #expect(plan.until == nil && plan.expectedEpochs == nil)
      history.append(
        Decision(number: history.decisions.count, trial: trial, revision: history.revision))
    }
    return history.decisions[known...].map(\.trial)
  }

  @Test("The seeds of a point follow each other, and the points are those of one seed")
  func seeds() throws {
    var single = History()
    let points = try decisions([7], after: &single).map(\.point)
    var history = History()
    let trials = try decisions([7, 8], after: &history)
    #expect(trials.map(\.seed) == [7, 8, 7, 8, 7, 8])
    #expect(trials.map(\.number) == Array(0..<6))
    #expect(stride(from: 0, to: 6, by: 2).map { trials[$0].point } == points)
    #expect(history.pointCount == 3)
  }

  @Test("A seed that is added is trained for every point that lacks it")
  func addedSeed() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    history.revision += 1
    let added = try decisions([7, 8], after: &history)
    #expect(added.map(\.seed) == [8, 8, 8])
    #expect(added.map(\.point) == (0..<3).map { history.point($0) })
  }

  @Test("A space that is used up asks for more outcomes: a trial may yet be withdrawn")
  func usedUp() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    #expect(try strategy("a choice [1,2,3]", seeds: [7]).next(after: history) == .needsMore)
  }

  @Test("Another seed is trained for every point, though it is the only one")
  func otherSeed() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    history.revision += 1
    #expect(try decisions([8], after: &history).map(\.seed) == [8, 8, 8])
  }

  @Test("A seed that is added is not trained for points that lie outside the space now")
  func addedSeedInSmallerSpace() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    history.revision += 1
    let added = try decisions([7, 8], over: "a choice [1,2]", after: &history)
    #expect(Set(added.map(\.point.description)) == ["a:1", "a:2"])
    #expect(added.map(\.seed) == [8, 8])
  }

  @Test("New values and a new seed at once leave out no cell")
  func addedSeedInLargerSpace() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    history.revision += 1
    let added = try decisions([7, 8], over: "a choice [1,2,3,4,5,6,7,8,9]", after: &history)
    #expect(added.count == 3 + 6 * 2)
    let trials = history.decisions.map { "\($0.trial.point), \($0.trial.seed)" }
    #expect(Set(trials).count == 18 && trials.count == 18)
  }

  @Test("A withdrawn trial is trained again when the space is used up")
  func withdrawn() throws {
    var history = History()
    _ = try decisions([7], after: &history)
    history.withdraw(0)
    #expect(
      try strategy("a choice [1,2,3]", seeds: [7]).next(after: history.seen(upTo: 0)) == .needsMore)
    #expect(try decisions([7], after: &history) == [history.decisions[0].trial])
  }

  @Test("A withdrawn seed of a point whose other seeds stand is trained again, if it is wanted")
  func withdrawnSeed() throws {
    var history = History()
    let first = try decisions([7, 8], after: &history)
    history.withdraw(1)
    history.revision += 1
    #expect(try decisions([7], after: &history).isEmpty)
    #expect(try decisions([7, 8], after: &history) == [first[1]])
  }
}

extension History {
  /// Settles a decision as withdrawn.
  fileprivate mutating func withdraw(_ number: Int) {
    settle(
      number, as: Outcome(kind: .withdrawn, epochs: 0, bestEpoch: nil, score: nil, cost: 0))
  }
}
