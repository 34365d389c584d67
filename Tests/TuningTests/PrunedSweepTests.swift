import Literals
import Search
import Testing
import Trials

@testable import Tuning

/// A world of learning curves, which are functions of point, seed and epoch.
private struct ToyCurves: Sendable {
  static let most = 100
  var failing: Set<Int> = []

  private func unit(_ point: Point, _ seed: Int, _ key: Int) -> Double {
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in "\(point) \(seed) \(key)".utf8 {
      bits = (bits ^ UInt64(byte)) &* 0x100_0000_01B3
      bits ^= bits >> 29
    }
    return Double(bits >> 11) * 0x1p-53
  }

  /// The epoch in which a trial ends by itself.
  func end(_ point: Point, _ seed: Int) -> Int {
    let unit = unit(point, seed, 0)
    return unit < 0.1 ? 2 : unit < 0.2 ? 3 : unit < 0.8 ? 5 + Int(unit * 60) : Self.most
  }

  func best(_ point: Point, _ seed: Int, epochs: Int) -> Double {
    (unit(point, seed, 1) * 100).rounded() / 100
      + (1...epochs).reduce(0) { max($0, (unit(point, seed, $1 + 1) * 30).rounded() / 100) }
  }

  func outcome(of decision: Decision) -> Outcome {
    let (point, seed) = (decision.trial.point, decision.trial.seed)
    guard !failing.contains(decision.trial.number) else {
      return Outcome(kind: .failed, epochs: 0, bestEpoch: nil, score: nil, cost: 0)
    }
    let end = end(point, seed)
    let epochs = min(decision.until ?? Self.most, end)
    return Outcome(
      kind: epochs == end ? .complete : .paused, epochs: epochs, bestEpoch: 0,
      score: best(point, seed, epochs: epochs), cost: decision.cost(epochs: epochs))
  }
}

/// Returns the history of a sweep. Outcomes become known as late as possible, or at once.
private func sweep(_ tuner: Tuner, _ curves: ToyCurves, atOnce: Bool = false) throws -> History {
  var history = History()
  while true {
    switch try tuner.next(after: history) {
    case .decide(let decision):
      history.append(decision)
      if atOnce { history.settle(decision.number, as: curves.outcome(of: decision)) }
    case .wait(let number):
      history.settle(number, as: curves.outcome(of: history.decisions[number]))
    case .finished: return history
    }
  }
}

private let space = SearchSpace([
  .init(name: "a", domain: .choice((0..<30).map { .integer($0) })),
  .init(name: "b", domain: .choice((0..<4).map { .integer($0) })),
])

private func tuner(
  _ strategy: any Strategy, lag: Int, trials: Int? = nil, work: Int? = nil
) -> Tuner {
  Tuner(
    strategy: strategy, direction: .maximize, lag: lag,
    budget: Tuner.Budget(trials: trials, work: work), epochs: ToyCurves.most)
}

private func sampled(_ kind: PrunerKind, seeds: [Int] = [1]) -> SampledStrategy {
  SampledStrategy(
    sampler: RandomSampler(space: space, seed: 3),
    pruner: kind.pruner(
      minEpochs: 3, reductionFactor: 3, mostEpochs: ToyCurves.most, direction: .maximize, seed: 3),
    space: space, seeds: seeds)
}

private let seeded = AshaSeeds(
  space: space, seed: 3, firstSeed: 1,
  pruner: AshaPruner(
    minEpochs: 3, reductionFactor: 3, mostEpochs: ToyCurves.most, direction: .maximize),
  reductionFactor: 3, direction: .maximize)

/// The paper's rule as a program with memory, for one worker: what is decided after each outcome.
private struct NaiveAsha {
  struct Run: Hashable {
    let trial: Int
    let point: Point
    let seed: Int
  }

  let curves: ToyCurves
  let sampler = RandomSampler(space: space, seed: 3)
  let rungs = [3, 9, 27, 81]
  var at: [[(run: Run, score: Double, isOver: Bool)]] = [[], [], [], []]
  var promoted: [Set<Int>] = [[], [], [], []]
  var tried = History()
  var trialCount = 0

  mutating func next() -> (Run, until: Int?)? {
    for rung in [3, 2, 1, 0] {
      let ranked = at[rung].sorted {
        Direction.maximize.ranks(($0.score, $0.run.trial), before: ($1.score, $1.run.trial))
      }
      for entry in ranked.prefix(ranked.count / 3) where !promoted[rung].contains(entry.run.trial) {
        promoted[rung].insert(entry.run.trial)
        if !entry.isOver { return (entry.run, rung < 3 ? rungs[rung + 1] : nil) }
      }
    }
    guard let point = sampler.point(tried.pointCount, after: tried) else { return nil }
    tried.append(
      Decision(
        number: tried.decisions.count, trial: Trial(number: tried.trialCount, point: point, seed: 1)
      ))
    trialCount += 1
    return (Run(trial: trialCount - 1, point: point, seed: 1), 3)
  }

  mutating func observe(_ run: Run, until: Int?) {
    let end = curves.end(run.point, run.seed)
    let epochs = min(until ?? ToyCurves.most, end)
    for (rung, limit) in rungs.enumerated() {
      let low = rung == 0 ? 0 : rungs[rung - 1]
      if epochs == limit || epochs == end && epochs <= limit && epochs > low {
        at[rung].append(
          (run, curves.best(run.point, run.seed, epochs: epochs), epochs == end))
      }
    }
  }
}

/// Whole sweeps with pruners, without a thread, a disk or a clock.
@Suite struct PrunedSweepTests {
  @Test("With one worker, the sweep of the asha pruner is that of the paper's program")
  func naive() throws {
    let curves = ToyCurves()
    let history = try sweep(tuner(sampled(.asha), lag: 1), curves)
    var naive = NaiveAsha(curves: curves)
    for decision in history.decisions {
      let step = naive.next()
      let (run, until) = try #require(step)
      #expect(run.point == decision.trial.point && until == decision.until)
      #expect(run.trial == decision.trial.number)
      naive.observe(run, until: until)
    }
    let rest = naive.next()
    #expect(rest == nil)
    #expect(history.pointCount == 120 && history.decisions.count > 150)
  }

  private static let strategies: [(name: String, strategy: any Strategy)] = [
    ("asha", sampled(.asha)), ("hyperband", sampled(.hyperband)),
    ("asha with seeds", sampled(.asha, seeds: [1, 2])), ("asha_seeds", seeded),
  ]

  @Test(
    "No epoch is trained twice, and a trial goes from rung to rung",
    arguments: strategies.indices, [1, 5])
  func rungs(strategy: Int, lag: Int) throws {
    let (name, strategy) = Self.strategies[strategy]
    let history = try sweep(tuner(strategy, lag: lag), ToyCurves(failing: [4, 17]))
    for trial in 0..<history.trialCount {
      let decisions = history.decisions(ofTrial: trial).map { history.decisions[$0] }
      for (place, decision) in decisions.enumerated() {
        let before = place == 0 ? 0 : decisions[place - 1].until
        #expect(decision.from == before)
        let next = [3, 9, 27, 81].first { $0 > decision.from }
        let isFirstOfLater = name == "hyperband" && place == 0
        #expect(decision.until == next || isFirstOfLater || decision.trial.seed > 1)
        // A trial that has ended or failed does not go on.
        let isLast = place == decisions.count - 1
        #expect(isLast || history.outcome(of: decision.number)?.kind == .paused)
      }
    }
    #expect(
      Set(history.decisions.map { "\($0.trial.number) \($0.from)" }).count
        == history.decisions.count)
    #expect(history.decisions.contains { $0.from == 81 && $0.until == nil })
  }

  @Test("In the end the best third of every rung has gone on")
  func thirds() throws {
    let curves = ToyCurves()
    let history = try sweep(tuner(sampled(.asha), lag: 4), curves)
    for (rung, low) in [(3, 0), (9, 3), (27, 9), (81, 27)] {
      var ranked: [(score: Double, number: Int)] = []
      for trial in 0..<history.trialCount {
        let outcomes = history.decisions(ofTrial: trial).compactMap(history.outcome(of:))
        let standing = outcomes.first {
          $0.epochs == rung || $0.kind == .complete && $0.epochs < rung && $0.epochs > low
        }
        if let score = standing?.score { ranked.append((score, trial)) }
      }
      ranked.sort { Direction.maximize.ranks($0, before: $1) }
      let best = ranked.prefix(ranked.count / 3).map(\.number)
      let goneOn = Set(history.decisions.filter { $0.from == rung }.map(\.trial.number))
      for trial in best where !goneOn.contains(trial) {
        let point = try #require(history.seenTrial(trial)).trial.point
        #expect(curves.end(point, 1) <= rung)
      }
      #expect(!goneOn.isEmpty)
    }
  }

  @Test(
    "The order in which outcomes become known changes no decision",
    arguments: strategies.indices, [2, 8])
  func pure(strategy: Int, lag: Int) throws {
    let strategy = Self.strategies[strategy].strategy
    let curves = ToyCurves(failing: [3, 40])
    for work in [nil, 400] {
      let tuner = tuner(strategy, lag: lag, work: work)
      let late = try sweep(tuner, curves)
      #expect(try sweep(tuner, curves, atOnce: true).decisions == late.decisions)
      #expect(late.decisions.count > 20)
    }
  }

  @Test("A sweep whose budget grows goes on with what the budget had paused")
  func budget() throws {
    let curves = ToyCurves()
    var history = try sweep(tuner(sampled(.asha), lag: 1, work: 200), curves)
    let last = try #require(history.decisions.last)
    let between = history.lastOutcome(ofTrial: last.trial.number)
    history.revision += 1
    guard case .decide(let next) = try tuner(sampled(.asha), lag: 1, work: 900).next(after: history)
    else { throw CancellationError() }
    if let between, between.kind == .paused, ![3, 9, 27, 81].contains(between.epochs) {
      #expect(next.trial == last.trial && next.from == between.epochs)
      #expect(next.until == [3, 9, 27, 81].first { $0 > between.epochs })
    }
    #expect(history.committedWork == 200)
  }

  @Test("Asha over seeds trains 3 and 9 seeds of the best third of a third")
  func seeds() throws {
    let history = try sweep(tuner(seeded, lag: 1), ToyCurves(failing: [30, 31]))
    var seeds: [Int: Int] = [:]
    for point in history.seenPoints { seeds[point.trials.count, default: 0] += 1 }
    #expect(Set(seeds.keys) == [1, 3, 9])
    let complete = history.seenPoints.count { $0.trials.first?.state == .complete }
    let (three, nine) = (seeds[3] ?? 0, seeds[9] ?? 0)
    #expect(nine > 0 && three + nine >= complete / 3 && nine >= (three + nine) / 3)
    #expect(three + nine < complete / 2)
    // The further seeds of a point follow each other.
    let further = history.decisions.filter { $0.trial.seed > 1 }
    for (one, next) in zip(further, further.dropFirst()) where one.trial.point == next.trial.point {
      #expect(next.trial.seed == one.trial.seed + 1)
    }
  }
}
