import Literals
import Search
import Testing
import Trials

@testable import Tuning

/// The rule of decisions, without a thread, a disk or a clock.
@Suite struct TunerTests {
  /// A strategy whose answer depends on the number of decisions and on the horizon.
  private struct Scripted: Strategy {
    var readsOutcomes = true
    let answer: @Sendable (_ number: Int, _ horizon: Int) -> Advice

    func next(after history: History) -> Advice {
      answer(history.decisions.count, history.horizon)
    }
  }

  private static func plan(_ x: Int, until: Int? = nil, expected: Double = 10) -> Plan {
    Plan(
      point: Point([.init(name: "x", value: .integer(x))]), seed: 1, until: until,
      expectedEpochs: expected)
  }

  private func outcome(_ kind: Outcome.Kind = .complete, epochs: Int = 5, cost: Int = 5) -> Outcome
  {
    Outcome(kind: kind, epochs: epochs, bestEpoch: 0, score: 0.5, cost: cost)
  }

  private func history(_ outcomes: [Outcome?], seen: Int = 0) -> History {
    var history = History()
    for (number, outcome) in outcomes.enumerated() {
      history.append(
        Decision(
          number: number, trial: Trial(number: number, point: Self.plan(number).point, seed: 1),
          seen: seen, charge: 10))
      if let outcome { history.settle(number, as: outcome) }
    }
    return history
  }

  @Test(
    "Decision n sees the outcomes of decisions 0 … n − lag, and waits for them", arguments: 1...4)
  func horizon(lag: Int) throws {
    let tuner = Tuner(
      strategy: Scripted { number, _ in .decide(Self.plan(number)) }, direction: .maximize, lag: lag
    )
    for known in 0...6 {
      let outcomes = (0..<6).map { $0 < known ? outcome() : nil }
      switch try tuner.next(after: history(outcomes)) {
      case .decide(let decision):
        #expect(known >= 6 - lag + 1)
        #expect(decision.seen == max(6 - lag + 1, 0) && decision.number == 6)
      case .wait(let number): #expect(number == known && known < 6 - lag + 1)
      case .finished: Issue.record("nothing was finished")
      }
    }
  }

  @Test("A horizon never shrinks")
  func monotone() throws {
    let tuner = Tuner(
      strategy: Scripted { _, horizon in .decide(Self.plan(9, expected: Double(horizon))) },
      direction: .maximize, lag: 4)
    let past = history([outcome(), outcome(), outcome(), nil], seen: 3)
    guard case .decide(let decision) = try tuner.next(after: past) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(decision.seen == 3)
  }

  @Test("needsMore reveals one more outcome at a time, and ends the sweep when all are visible")
  func needsMore() throws {
    let tuner = Tuner(
      strategy: Scripted { _, horizon in horizon < 3 ? .needsMore : .decide(Self.plan(9)) },
      direction: .maximize, lag: 4)
    #expect(try tuner.next(after: history([outcome(), outcome(), nil, nil])) == .wait(for: 2))
    guard
      case .decide(let decision) = try tuner.next(
        after: history([outcome(), outcome(), outcome(), nil]))
    else { return #expect(Bool(false), "no decision") }
    #expect(decision.seen == 3)
    #expect(try tuner.next(after: history([outcome(), outcome()])) == .finished(.finished))
  }

  @Test("A strategy that looks at no outcome never waits, except when nothing is left")
  func blind() throws {
    let tuner = Tuner(
      strategy: Scripted(readsOutcomes: false) { number, _ in
        number < 5 ? .decide(Self.plan(number)) : .needsMore
      }, direction: .maximize, lag: 1)
    guard case .decide(let decision) = try tuner.next(after: history([nil, nil, nil, nil])) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(decision.seen == 0)
    #expect(
      try tuner.next(after: history([nil, nil, nil, nil, nil])) == .wait(for: 0))
  }

  @Test("A strategy that looks at no outcome is asked again only when a trial was withdrawn")
  func blindWithdrawn() throws {
    let asked = LockedValue<[Int]>([])
    let tuner = Tuner(
      strategy: Scripted(readsOutcomes: false) { _, horizon in
        asked.withLock { $0.append(horizon) }
        return .needsMore
      }, direction: .maximize, lag: 1)
    let past = history([outcome(), outcome(), outcome(.withdrawn, cost: 0), outcome(), outcome()])
    #expect(try tuner.next(after: past) == .finished(.finished))
    #expect(asked.withLock { $0 } == [0, 3, 5])
  }

  @Test("A budget of trials counts trials and not decisions, and no withdrawn trial")
  func trialBudget() throws {
    let tuner = Tuner(
      strategy: Scripted(readsOutcomes: false) { number, _ in .decide(Self.plan(number)) },
      direction: .maximize, lag: 1, budget: Tuner.Budget(trials: 2))
    #expect(try tuner.next(after: history([outcome(), outcome()])) == .finished(.finished))
    let withdrawn = history([outcome(), outcome(.withdrawn, cost: 0)])
    guard case .decide(let decision) = try tuner.next(after: withdrawn) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(decision.number == 2 && decision.trial.number == 2 && decision.seen == 2)
    let paused = history([outcome(.paused), outcome()])
    let continuing = Tuner(
      strategy: Scripted { _, _ in .decide(Self.plan(0)) }, direction: .maximize, lag: 1,
      budget: Tuner.Budget(trials: 2))
    guard case .decide(let next) = try continuing.next(after: paused) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(next.trial.number == 0 && next.from == 5 && next.until == nil)
  }

  @Test("A budget of trials and an early stop count only what belongs to the space")
  func smallerSpace() throws {
    func history(outside: Set<Int>) -> History {
      var history = History(revision: 1) { !outside.contains($0.number) }
      for number in 0..<4 {
        history.append(
          Decision(
            number: number, trial: Trial(number: number, point: Self.plan(number).point, seed: 1)))
      }
      history.settle(0, as: outcome())
      history.settle(1, as: outcome())
      history.settle(2, as: outcome(.withdrawn, cost: 0))
      return history
    }
    func next(_ budget: Tuner.Budget, outside: Set<Int>) throws -> Tuner.Step {
      try Tuner(
        strategy: Scripted(readsOutcomes: false) { number, _ in .decide(Self.plan(number)) },
        direction: .maximize, lag: 1, budget: budget
      ).next(after: history(outside: outside))
    }
    func decides(_ step: Tuner.Step) -> Bool { if case .decide = step { true } else { false } }
    // Trial 2 is withdrawn, trial 3 runs; complete trials outside count as little as they do.
    #expect(history(outside: []).countedTrials == 3)
    #expect(history(outside: [0, 2]).countedTrials == 2)
    #expect(try decides(next(Tuner.Budget(trials: 3), outside: [0, 2])))
    #expect(try next(Tuner.Budget(trials: 2), outside: [0, 2]) == .wait(for: 3))
    #expect(try decides(next(Tuner.Budget(trials: 4), outside: [])))
    #expect(try next(Tuner.Budget(earlyStop: 2), outside: []) == .finished(.stoppedEarly))
    #expect(try decides(next(Tuner.Budget(earlyStop: 3), outside: [0, 2])))
    #expect(try next(Tuner.Budget(earlyStop: 1), outside: [0]) == .wait(for: 3))

    var revised = history(outside: [])
    revised.revise { $0.number > 1 }
    #expect(revised.countedTrials == 1 && revised.revision == 2)
    revised.revise { _ in true }
    #expect(revised.countedTrials == 3)
  }

  @Test(
    "A budget of work counts the charges of open decisions, and caps the last ones to whole epochs")
  func workBudget() throws {
    func tuner(_ work: Int) -> Tuner {
      Tuner(
        strategy: Scripted { number, _ in .decide(Self.plan(number, expected: 10)) },
        direction: .maximize, lag: 2, budget: Tuner.Budget(work: work), epochs: 20,
        workPerEpoch: { _ in 3 })
    }
    // Two outcomes cost 5 each; decision 2 is pending and is charged with 10.
    let past = history([outcome(), outcome(), nil])
    #expect(try tuner(20).next(after: past) == .wait(for: 2))
    guard case .decide(let capped) = try tuner(34).next(after: past) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(capped.until == 4 && capped.charge == 12 && capped.workPerEpoch == 3)
    guard case .decide(let free) = try tuner(1_000).next(after: past) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(free.until == nil && free.charge == 30)
    // An outcome that is known but not yet to be seen counts with its charge.
    let known = history([outcome(), outcome(), outcome()])
    guard case .decide(let same) = try tuner(34).next(after: known) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(same == capped)
  }

  @Test("A point and seed that had a trial keep its number")
  func sameTrial() throws {
    let tuner = Tuner(
      strategy: Scripted { _, _ in .decide(Self.plan(1)) }, direction: .maximize, lag: 1)
    let past = history([outcome(), outcome(.withdrawn, epochs: 0, cost: 0), outcome()])
    guard case .decide(let decision) = try tuner.next(after: past) else {
      return #expect(Bool(false), "no decision")
    }
    #expect(decision.trial.number == 1 && decision.from == 0 && decision.number == 3)
  }

  @Test("Absurd amounts of work do not overflow")
  func absurdWork() throws {
    let tuner = Tuner(
      strategy: Scripted { number, _ in .decide(Self.plan(number, expected: .infinity)) },
      direction: .maximize, lag: 3, budget: Tuner.Budget(work: .max),
      workPerEpoch: { _ in .max })
    var past = History()
    for _ in 0..<3 {
      guard case .decide(let decision) = try tuner.next(after: past) else { return }
      past.append(decision)
    }
    #expect(past.decisions.count == 1)
  }
}
