import Trials

/// Successive halving whose upper rungs are more training seeds.
///
/// Random points are trained with one seed, and `AshaPruner` lets the better ones go on to their end. Of
/// the n points that have ended with a number of seeds, the best ⌊n/r⌋ by mean score get more seeds: 3 in
/// all, then 9. A seed's score is luck to a large part, and only the mean over seeds tells good points.
///
/// A failed trial counts as a seed and not in the mean. A point whose first trial has failed gets no more.
package struct AshaSeeds: Strategy {
  private let space: SearchSpace
  private let random: RandomSampler
  private let pruner: AshaPruner
  private let firstSeed: Int
  private let reductionFactor: Int
  private let direction: Direction
  private let seedCounts: [Int]

  /// - Parameters:
  ///   - seed: Decides the random points.
  ///   - firstSeed: The training seed of the first trial of every point; the others follow it.
  ///   - pruner: The rungs of the first trials.
  ///   - reductionFactor: One of this many points gets more seeds.
  ///   - seedCounts: The numbers of seeds at which points are compared, in ascending order from 1.
  package init(
    space: SearchSpace, seed: UInt64, firstSeed: Int, pruner: AshaPruner, reductionFactor: Int,
    direction: Direction, seedCounts: [Int] = [1, 3, 9]
  ) {
    precondition(seedCounts.first == 1, "every point begins with one seed")
    self.space = space
    random = RandomSampler(space: space, seed: seed)
    self.pruner = pruner
    self.firstSeed = firstSeed
    self.reductionFactor = reductionFactor
    self.direction = direction
    self.seedCounts = seedCounts
  }

  package var readsOutcomes: Bool { true }

  package func next(after history: History) -> Advice {
    let cells = history.seenPoints.filter { space.contains($0.point) }.map(cell)
    let plan =
      continuedSeed(of: cells) ?? missingSeed(of: cells) ?? moreSeeds(of: cells)
      ?? pruner.plan(after: history, seed: firstSeed)
    if let plan { return .decide(plan) }
    let number = history.pointCount
    guard let point = random.point(number, after: history) else { return .needsMore }
    return .decide(
      Plan(
        point: point, seed: firstSeed, until: pruner.firstPause(ofPoint: number),
        why: Rationale(.sampled)))
  }

  /// A point with its trials by the place of their seeds.
  private struct Cell {
    let point: Point
    let trials: [SeenTrial?]

    /// The number of seeds up to the last one that has a trial.
    var started: Int { (trials.lastIndex { $0 != nil } ?? -1) + 1 }
  }

  private func cell(of seen: SeenPoint) -> Cell {
    var trials = [SeenTrial?](repeating: nil, count: seedCounts.last ?? 1)
    for trial in seen.trials where trials.indices.contains(trial.trial.seed - firstSeed) {
      trials[trial.trial.seed - firstSeed] = trial
    }
    return Cell(point: seen.point, trials: trials)
  }

  /// Returns a plan for a trial of a further seed that a budget has paused.
  private func continuedSeed(of cells: [Cell]) -> Plan? {
    for trial in cells.lazy.flatMap({ $0.trials.dropFirst() }).compactMap(\.self)
    where trial.state == .paused && !trial.isPending {
      return Plan(point: trial.trial.point, seed: trial.trial.seed, why: Rationale(.replicate))
    }
    return nil
  }

  /// Returns a plan for the next seed of a point that has begun to get more seeds.
  private func missingSeed(of cells: [Cell]) -> Plan? {
    for cell in cells where cell.started > 1 {
      let wanted = seedCounts.first { $0 >= cell.started } ?? cell.started
      if let place = cell.trials.prefix(wanted).firstIndex(of: nil) {
        return Plan(
          point: cell.point, seed: firstSeed + place, why: Rationale(.replicate))
      }
    }
    return nil
  }

  /// Returns a plan for the first of the next seeds of the best point that waits for them.
  private func moreSeeds(of cells: [Cell]) -> Plan? {
    for count in seedCounts.dropLast().reversed() {
      let ranked = cells.enumerated().compactMap { number, cell in
        mean(of: cell, seeds: count).map { (number: number, mean: $0) }
      }.sorted { direction.ranks(($0.mean, $0.number), before: ($1.mean, $1.number)) }
      func waits(_ place: Int) -> Bool { cells[ranked[place].number].started == count }
      guard let best = (0..<ranked.count / reductionFactor).first(where: waits) else { continue }
      var why = Rationale(.replicate, value: ranked[best].mean)
      why.choices = ranked.count
      why.runnerUp = ranked.indices.dropFirst(best + 1).first(where: waits).map {
        Rationale.Alternative(point: cells[ranked[$0].number].point, value: ranked[$0].mean)
      }
      return Plan(point: cells[ranked[best].number].point, seed: firstSeed + count, why: why)
    }
    return nil
  }

  /// Returns the mean score of the first seeds of a point; nil before all of them have ended, or if none
  /// has a score.
  private func mean(of cell: Cell, seeds count: Int) -> Double? {
    let trials = cell.trials.prefix(count).compactMap(\.self)
    let ended = trials.filter { ($0.state == .complete || $0.state == .failed) && !$0.isPending }
    let scores = ended.filter { $0.state == .complete }.compactMap(\.score)
    guard ended.count == count, !scores.isEmpty else { return nil }
    return scores.reduce(0, +) / Double(scores.count)
  }
}
