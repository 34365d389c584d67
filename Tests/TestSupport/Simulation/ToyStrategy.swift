import Literals
import Search
import Trials
import Tuning

/// A small strategy that does everything that makes decisions hard to repeat.
///
/// It pauses every trial after three epochs, continues the better half, proposes new points near the best
/// one, and asks for more outcomes now and then. Only points up to a bound belong to its space.
package struct ToyStrategy: Strategy {
  static let pause = 3
  /// The most epochs of a trial.
  package static let epochs = 9

  let trials: Int
  let bound: Double

  package init(trials: Int, bound: Double = 1) {
    self.trials = trials
    self.bound = bound
  }

  package var readsOutcomes: Bool { true }

  package func next(after history: History) -> Advice {
    let ranked = ranking(in: history)
    if history.decisions.count >= 4, ranked.count < 2 { return .needsMore }
    for entry in ranked.prefix((ranked.count + 1) / 2) {
      guard let last = history.lastOutcome(ofTrial: entry.trial.number), last.kind == .paused,
        isInside(entry.trial.point)
      else { continue }
      return .decide(
        Plan(
          point: entry.trial.point, seed: entry.trial.seed,
          expectedEpochs: Double(Self.epochs - last.epochs)))
    }
    guard history.countedTrials < trials else { return .needsMore }
    let number = history.pointCount
    let x: Double
    if let best = ranked.first(where: { isInside($0.trial.point) }) {
      let near = best.trial.point.x + 0.3 * (noise("near", number) - 0.5)
      // A point beyond the bound comes in again on the other side, so that no point is proposed twice.
      x = (near + bound).truncatingRemainder(dividingBy: bound)
    } else {
      x = bound * noise("far", number)
    }
    return .decide(
      Plan(point: Point(x: x), seed: 1, until: Self.pause, expectedEpochs: Double(Self.pause)))
  }

  func isInside(_ point: Point) -> Bool { point.x <= bound }

  /// Returns the trials with a score, best first.
  private func ranking(in history: History) -> [(score: Double, trial: Trial)] {
    var scores: [Int: Double] = [:]
    for decision in history.decisions {
      if let score = history.outcome(of: decision.number)?.score {
        scores[decision.trial.number] = score
      }
    }
    let trials = Dictionary(
      history.decisions.map { ($0.trial.number, $0.trial) }, uniquingKeysWith: { first, _ in first }
    )
    return scores.compactMap { number, score in trials[number].map { (score, $0) } }
      .sorted { Direction.maximize.ranks(($0.0, $0.1.number), before: ($1.0, $1.1.number)) }
  }
}

extension Point {
  init(x: Double) {
    self.init([Entry(name: "x", value: .real((x * 1e6).rounded() / 1e6))])
  }

  var x: Double { self["x"]?.number ?? 0 }
}

/// Returns a number in 0 ..< 1 that depends on the arguments alone.
func noise(_ name: String, _ numbers: Int...) -> Double {
  var seed: UInt64 = 0
  for value in name.utf8.map(UInt64.init) + numbers.map({ UInt64(bitPattern: Int64($0)) }) {
    var random = SeededRandom(seed: seed ^ value)
    seed = random.next()
  }
  return Double(seed >> 11) * 0x1p-53
}

/// A training that is a function of its trial alone.
package struct ToyTraining {
  let trial: Trial

  package init(trial: Trial) {
    self.trial = trial
  }

  /// The number of epochs after which the training ends by itself.
  var stop: Int { 4 + Int(noise("stop", trial.number) * Double(ToyStrategy.epochs - 3)) }

  /// Returns whether a decision fails. Some trials fail until they are tried once more.
  func fails(_ decision: Decision) -> Bool {
    decision.purpose != .retry && noise("fail", trial.number) < 0.15
  }

  package func report(_ epoch: Int) -> EpochReport {
    let score = 1 - abs(trial.point.x - 0.37) + 0.2 * noise("score", trial.number, epoch)
    let rounded = (score * 1e4).rounded() / 1e4
    return EpochReport(
      epoch: epoch, trainLoss: 9 - Double(epoch), trainSeconds: 0, evaluationSeconds: 0,
      validScore: rounded, unroundedScore: score,
      validMetrics: [Metric(name: "mrr@10", value: rounded)])
  }

  /// Returns the result after a number of epochs.
  package func result(_ epochs: Int) -> TrialResult {
    var best = report(0)
    for epoch in 1..<max(epochs, 1) {
      let next = report(epoch)
      if (next.validScore ?? 0) >= (best.validScore ?? 0) { best = next }
    }
    return TrialResult(
      bestEpoch: best.epoch, epochs: epochs, validScore: best.validScore,
      unroundedScore: best.unroundedScore, validMetrics: best.validMetrics, testMetrics: [],
      kernels: "toy")
  }

  /// Returns the number of epochs after which a decision ends, and how it ends.
  package func end(of decision: Decision) -> (epochs: Int, end: AttemptEnd) {
    if fails(decision) { return (decision.from, .failed(.crashed, message: "it was to fail")) }
    if let until = decision.until, until < stop { return (until, .paused(result(until))) }
    return (stop, .complete(result(stop)))
  }
}
