import Testing
import Trials

@testable import Search

@Suite struct StrategyTests {
  private let sampler: GridSampler

  init() throws {
    sampler = GridSampler(space: try SearchSpace.parse("a choice [1,2,3]", file: "h"), seed: 1)
  }

  private func decisions(_ seeds: [Int], after history: inout History) throws -> [Trial] {
    let strategy = SampledStrategy(sampler: sampler, seeds: seeds, epochs: 10)
    let known = history.decisions.count
    while case .decide(let plan) = try strategy.next(after: history) {
      let trial = Trial(
        number: history.trial(of: plan.point, seed: plan.seed) ?? history.trialCount,
        point: plan.point, seed: plan.seed)
      #expect(plan.until == nil && plan.expectedEpochs == 10)
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
    let strategy = SampledStrategy(sampler: sampler, seeds: [7], epochs: 10)
    #expect(try strategy.next(after: history) == .needsMore)
  }
}
