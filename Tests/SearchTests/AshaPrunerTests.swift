import Literals
import Testing
import Trials

@testable import Search

@Suite struct AshaPrunerTests {
  private let pruner = AshaPruner(
    minEpochs: 3, reductionFactor: 3, mostEpochs: 100, direction: .maximize)

  /// Returns a history of trials, each with the scores at its pauses; a last negative number is the epoch
  /// of its own end.
  private func history(_ trials: [[(Int, Double?)]]) -> History {
    var history = History()
    for (number, standings) in trials.enumerated() {
      for (epochs, score) in standings {
        if epochs > 0 {
          history.train(point(number), until: epochs, .paused, epochs: epochs, score: score)
        } else {
          history.train(point(number), .complete, epochs: -epochs, score: score)
        }
      }
    }
    return history
  }

  private func promotion(_ history: History, _ pruner: (any Pruner)? = nil) -> Promotion? {
    (pruner ?? self.pruner).promotion(
      among: (0..<history.pointCount).compactMap {
        PrunedTrial(ofPoint: $0, seed: 1, in: history)
      })
  }

  @Test("Rungs are powers below the most epochs, by integers")
  func rungs() {
    func rungs(_ least: Int, _ factor: Int, _ most: Int) -> [Int] {
      AshaPruner(
        minEpochs: least, reductionFactor: factor, mostEpochs: most, direction: .maximize
      ).rungs
    }
    #expect(rungs(3, 3, 300) == [3, 9, 27, 81, 243])
    #expect(rungs(3, 3, 243) == [3, 9, 27, 81])
    #expect(rungs(1, 4, 65) == [1, 4, 16, 64])
    #expect(rungs(5, 2, 5).isEmpty && rungs(6, 2, 5).isEmpty)
    #expect(rungs(1, 2, .max).count == 63)
    #expect(pruner.firstPause(ofPoint: 7) == 3)
    #expect(
      AshaPruner(minEpochs: 5, reductionFactor: 2, mostEpochs: 5, direction: .maximize)
        .firstPause(ofPoint: 0) == nil)
  }

  @Test("One of three goes on from a rung: the best one")
  func promotes() throws {
    #expect(promotion(history([[(3, 0.1)], [(3, 0.2)]])) == nil)
    let three = history([[(3, 0.1)], [(3, 0.3)], [(3, 0.2)]])
    let promotion = try #require(self.promotion(three))
    #expect(promotion.trial.number == 1 && promotion.until == 9 && promotion.rung == 3)
    #expect(promotion.competitors == 3 && promotion.runnerUp?.number == 2)
    let least = AshaPruner(
      minEpochs: 3, reductionFactor: 3, mostEpochs: 100, direction: .minimize)
    #expect(self.promotion(three, least)?.trial.number == 0)
    #expect(self.promotion(three, least)?.runnerUp?.number == 2)
  }

  @Test("A promoted trial keeps its place: the next one goes on when there are six")
  func places() {
    var past = history([[(3, 0.1)], [(3, 0.3)], [(3, 0.2)], [(3, 0.1)], [(3, 0.1)]])
    past.train(point(1), until: 9)
    #expect(promotion(past) == nil)
    past.train(point(5), until: 3, .paused, epochs: 3, score: 0.05)
    #expect(promotion(past)?.trial.number == 2)
    // Visible or not, it competes at rung 3 with its score there.
    past.settle(5, as: Outcome(kind: .paused, epochs: 9, bestEpoch: 0, score: 0.9, cost: 6))
    #expect(promotion(past)?.trial.number == 2)
    var worse = history([[(3, 0.1), (9, 0.9)], [(3, 0.2)], [(3, 0.3)]])
    #expect(promotion(worse)?.trial.number == 2)
    worse.train(point(2), until: 9)
    #expect(promotion(worse) == nil)
  }

  @Test("The last rung comes first, and the way from it leads to the end")
  func order() {
    var trials: [[(Int, Double?)]] = []
    for number in 0..<9 {
      let difference = Double(number) / 100
      trials.append([(3, 0.1 + difference), (9, 0.5 - difference)])
      if number < 3 { trials[number] += [(27, 0.6), (81, 0.7)] }
    }
    trials += [[(3, 0.9)], [(3, 0.9)], [(3, 0.9)]]
    let past = history(trials)
    let last = promotion(past)
    #expect(last?.rung == 81 && last?.until == nil && last?.trial.number == 0)
    var later = past
    later.train(point(0))
    // At 27 and at 9 the best third has gone on.
    #expect(promotion(later)?.rung == 3 && promotion(later)?.trial.number == 9)
    #expect(promotion(later)?.until == 9 && promotion(later)?.competitors == 12)
  }

  @Test("A trial that has ended by itself counts at the next rung alone, and takes a place there")
  func ended() throws {
    let taken = history([[(3, 0.1)], [(3, 0.2)], [(-2, 0.9)]])
    #expect(promotion(taken) == nil)
    let free = history([[(3, 0.1)], [(3, 0.2)], [(-2, 0.05)]])
    #expect(promotion(free)?.trial.number == 1 && promotion(free)?.competitors == 3)
    // One that ended in epoch 7 is none of those at rung 3, unless it has paused there.
    #expect(promotion(history([[(3, 0.1)], [(3, 0.2)], [(-7, 0.05)]])) == nil)
    #expect(promotion(history([[(3, 0.1)], [(3, 0.2)], [(3, 0.05), (-7, 0.06)]]))?.rung == 3)
    let atNine = history([[(3, 0), (9, 0.2)], [(3, 0), (9, 0.1)], [(-7, 0.05)]])
    #expect(promotion(atNine)?.rung == 9 && promotion(atNine)?.competitors == 3)
    // One that ended in the very epoch of a rung counts there.
    #expect(promotion(history([[(3, 0.1)], [(3, 0.2)], [(-3, 0.05)]]))?.trial.number == 1)
    #expect(promotion(history([[(3, 0.1)], [(3, 0.2)], [(-3, 0.9)]])) == nil)
  }

  @Test("Equal scores: the lower number; no score: the last place")
  func ties() {
    #expect(promotion(history([[(3, 0.2)], [(3, 0.2)], [(3, 0.1)]]))?.trial.number == 0)
    #expect(promotion(history([[(3, nil)], [(3, -5)], [(3, nil)]]))?.trial.number == 1)
    #expect(promotion(history([[(3, nil)], [(3, nil)], [(3, nil)]]))?.trial.number == 0)
  }

  @Test("A trial that a budget paused between two rungs goes on to the next one first")
  func betweenRungs() throws {
    var past = history([[(3, 0.1)], [(3, 0.3)], [(3, 0.2)], [(2, 0.01)], [(3, 0.1), (5, 0.2)]])
    let first = try #require(promotion(past))
    #expect(first.trial.number == 3 && first.until == 3 && first.rung == nil)
    #expect(first.competitors == nil && first.runnerUp == nil)
    past.train(point(3), until: 3)
    #expect(promotion(past)?.trial.number == 4 && promotion(past)?.until == 9)
    past.train(point(4), until: 9)
    #expect(promotion(past)?.trial.number == 1)
    let late = history([[(3, 0.1), (9, 0.1), (27, 0.1), (90, 0.1)]])
    #expect(promotion(late)?.trial.number == 0 && promotion(late)?.until == nil)
  }

  @Test("A failed trial counts at the rungs that it has reached, and does not go on")
  func failed() {
    var past = history([[(3, 0.9)], [(3, 0.3)], [(3, 0.2)]])
    past.train(point(0), .failed)
    #expect(promotion(past) == nil)
    past.train(point(3), .failed)
    #expect(promotion(past) == nil)
    for number in 4..<7 {
      past.train(point(number), until: 3, .paused, epochs: 3, score: 0.1)
    }
    #expect(promotion(past)?.trial.number == 1 && promotion(past)?.competitors == 6)
  }

  @Test("The reason names the rung, the score, the competitors and the best one that stays")
  func rationale() throws {
    let past = history([[(3, 0.1)], [(3, 0.3)], [(3, 0.2)]])
    let plan = try #require(pruner.plan(after: past, seed: 1))
    #expect(plan.point == point(1) && plan.seed == 1 && plan.until == 9)
    var why = Rationale(.promotion, value: 0.3)
    why.rung = 3
    why.choices = 3
    why.runnerUp = Rationale.Alternative(point: point(2), value: 0.2)
    #expect(plan.why == why)
    #expect(pruner.plan(after: past, seed: 2) == nil)
    let between = try #require(pruner.plan(after: history([[(2, 0.1)]]), seed: 1))
    #expect(between.why == Rationale(.promotion, value: 0.1) && between.until == 3)
  }
}

@Suite struct HyperbandPrunerTests {
  private func pruner(_ least: Int, _ factor: Int, _ most: Int) -> HyperbandPruner {
    HyperbandPruner(
      minEpochs: least, reductionFactor: factor, mostEpochs: most, direction: .maximize, seed: 1)
  }

  @Test("Brackets have Hyperband's sizes, by integers")
  func allocations() {
    #expect(pruner(1, 3, 27).allocations == [27, 12, 6, 4])
    #expect(pruner(1, 3, 243).allocations.count == 6)
    #expect(pruner(1, 3, 242).allocations.count == 5)
    #expect(pruner(3, 3, 100).allocations == [27, 12, 6, 4])
    #expect(pruner(3, 3, 2).allocations == [1])
    #expect(pruner(1, 2, .max).allocations.count == 63)
  }

  @Test("A point's bracket depends on seed and number, in the ratio of the sizes")
  func brackets() {
    let pruner = pruner(1, 3, 27)
    let drawn = (0..<4900).map(pruner.bracket)
    let counts = (0..<4).map { bracket in drawn.count { $0 == bracket } }
    for (count, allocation) in zip(counts, [2700, 1200, 600, 400]) {
      #expect(abs(count - allocation) < 110)
    }
    #expect((0..<4900).map(pruner.bracket) == drawn)
    #expect(Array(drawn.prefix(12)) == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 3])
    let other = HyperbandPruner(
      minEpochs: 1, reductionFactor: 3, mostEpochs: 27, direction: .maximize, seed: 2)
    #expect((0..<100).map(other.bracket) != Array(drawn.prefix(100)))
    for number in 0..<100 {
      #expect(pruner.firstPause(ofPoint: number) == [1, 3, 9, nil][drawn[number]])
    }
  }

  @Test("A trial is compared with those of its bracket, and the highest rung comes first")
  func promotions() throws {
    let pruner = pruner(3, 3, 100)
    func members(_ bracket: Int, _ count: Int) -> [Int] {
      Array((0..<10_000).lazy.filter { pruner.bracket(ofPoint: $0) == bracket }.prefix(count))
    }
    let (first, second) = (members(0, 3), members(1, 4))
    /// Returns the promotion when these points have paused.
    func promotion(_ paused: [(number: Int, epochs: Int, score: Double)]) -> Promotion? {
      var history = History()
      for number in 0..<100 {
        if let trial = paused.first(where: { $0.number == number }) {
          history.train(
            point(number), until: trial.epochs, .paused, epochs: trial.epochs, score: trial.score)
        } else {
          history.train(point(number))
        }
      }
      return pruner.promotion(
        among: (0..<100).compactMap { PrunedTrial(ofPoint: $0, seed: 1, in: history) })
    }
    let low = first.map { (number: $0, epochs: 3, score: Double($0)) }
    let high = second.prefix(3).map { (number: $0, epochs: 9, score: 0.2) }
    #expect(promotion(Array(low.prefix(2) + high.prefix(2))) == nil)
    #expect(promotion(low)?.trial.number == first[2])
    let best = try #require(promotion(low + high))
    #expect(best.trial.number == second[0] && best.rung == 9 && best.until == 27)
    // Of equal rungs, the first bracket.
    let equal = first.map { (number: $0, epochs: 9, score: 0.1) }
    #expect(promotion(equal + high)?.trial.number == first[0])
    // What a budget paused between rungs goes before. Bracket 1 has no rung 3.
    let between = low + high + [(number: second[3], epochs: 3, score: 0)]
    #expect(promotion(between)?.trial.number == second[3] && promotion(between)?.until == 9)
  }

  @Test("A kind makes its pruner")
  func kinds() {
    func pruner(_ kind: PrunerKind) -> (any Pruner)? {
      kind.pruner(
        minEpochs: 2, reductionFactor: 4, mostEpochs: 50, direction: .maximize, seed: 3)
    }
    #expect(PrunerKind.allCases.map(\.rawValue) == ["none", "asha", "hyperband"])
    #expect(pruner(.none) == nil)
    #expect((pruner(.asha) as? AshaPruner)?.rungs == [2, 8, 32])
    #expect((pruner(.hyperband) as? HyperbandPruner)?.allocations == [16, 6, 3])
  }
}
