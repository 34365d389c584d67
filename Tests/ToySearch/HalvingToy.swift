import Literals
import Search
import Trials

/// A small strategy over a grid that does everything that makes decisions hard to repeat.
///
/// It pauses every trial after three epochs, continues the better half, proposes new points near the best
/// one, and asks for more outcomes at its start.
package struct HalvingToy: Strategy {
  package static let pause = 3

  private let space: SearchSpace
  private let sampler: RandomSampler
  private let seed: Int
  private let trials: Int
  private let epochs: Int

  package init(space: SearchSpace, seed: Int, trials: Int, epochs: Int) {
    self.space = space
    sampler = RandomSampler(space: space, seed: 7)
    self.seed = seed
    self.trials = trials
    self.epochs = epochs
  }

  package var readsOutcomes: Bool { true }

  package func next(after history: History) -> Advice {
    let ranked = ranking(in: history)
    if history.decisions.count >= 3, ranked.count < 2 { return .needsMore }
    for trial in ranked.prefix((ranked.count + 1) / 2) {
      guard let last = history.lastOutcome(ofTrial: trial.number), last.kind == .paused else {
        continue
      }
      return .decide(
        Plan(point: trial.point, seed: seed, expectedEpochs: Double(epochs - last.epochs)))
    }
    guard history.countedTrials < trials else { return .needsMore }
    let near = ranked.first.flatMap { untried(near: $0.point, in: history) }
    guard let point = near ?? sampler.point(history.pointCount, after: history) else {
      return .needsMore
    }
    return .decide(
      Plan(point: point, seed: seed, until: Self.pause, expectedEpochs: Double(Self.pause)))
  }

  /// Returns the trials with a score, best first.
  private func ranking(in history: History) -> [Trial] {
    var scores: [Int: (score: Double, trial: Trial)] = [:]
    for decision in history.decisions {
      if let score = history.outcome(of: decision.number)?.score {
        scores[decision.trial.number] = (score, decision.trial)
      }
    }
    return scores.values.sorted {
      Direction.maximize.ranks(($0.score, $0.trial.number), before: ($1.score, $1.trial.number))
    }.map(\.trial)
  }

  /// Returns the first new point that differs from a point by one step in one parameter.
  private func untried(near point: Point, in history: History) -> Point? {
    for parameter in space.parameters {
      guard let count = parameter.domain.count, let value = point[parameter.name],
        let index = parameter.domain.index(of: value)
      else { continue }
      for next in [index + 1, index - 1] where (0..<count).contains(next) {
        let neighbour = point.replacing(parameter.name, by: parameter.domain.value(at: next))
        if !history.hasTried(neighbour) { return neighbour }
      }
    }
    return nil
  }
}
