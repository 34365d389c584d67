import Trials

/// Trains the points that a sampler proposes, with one seed after the other.
///
/// A pruner watches the first trial of a point. The other seeds of the point begin when that trial is
/// complete; without a pruner they follow at once. A point that an earlier revision of the sweep proposed
/// gets the seeds that it lacks, if it lies in the space.
package struct SampledStrategy: Strategy {
  private let sampler: any Sampler
  private let pruner: (any Pruner)?
  private let space: SearchSpace
  private let seeds: [Int]
  private let repeatsPoints: Bool
  private let direction: Direction

  /// - Parameters:
  ///   - space: The space that the sampler draws from.
  ///   - seeds: The training seeds of every point, at least one.
  ///   - repeatsPoints: Gives all points further seeds once the space is used up.
  package init(
    sampler: any Sampler, pruner: (any Pruner)? = nil, space: SearchSpace, seeds: [Int],
    repeatsPoints: Bool = false, direction: Direction = .maximize
  ) {
    precondition(!seeds.isEmpty, "a trial needs a seed")
    self.sampler = sampler
    self.pruner = pruner
    self.space = space
    self.seeds = seeds
    self.repeatsPoints = repeatsPoints
    self.direction = direction
  }

  package var readsOutcomes: Bool {
    sampler.readsOutcomes || pruner != nil || repeatsPoints
  }

  package var closes: Bool { pruner != nil }

  /// Finishes the best paused trial if none is complete: there would be no model to deliver.
  package func closing(after history: History) -> Plan? {
    let trials = history.seenTrials
    guard pruner != nil, !trials.contains(where: { $0.state == .complete }) else { return nil }
    let paused = trials.filter { $0.state == .paused && $0.score != nil }
    let best = paused.min {
      direction.ranks(($0.score, $0.trial.number), before: ($1.score, $1.trial.number))
    }
    return best.map {
      Plan(
        point: $0.trial.point, seed: $0.trial.seed, why: Rationale(.delivery, value: $0.score))
    }
  }

  package func next(after history: History) throws -> Advice {
    if let plan = pruner?.plan(after: history, seed: seeds[0]) { return .decide(plan) }
    if let plan = missingReplicate(in: history) { return .decide(plan) }
    let number = history.pointCount
    if let proposal = try sampler.proposal(number, after: history) {
      return .decide(
        Plan(
          point: proposal.point, seed: seeds[0], until: pruner?.firstPause(ofPoint: number),
          why: proposal.why))
    }
    // The space is used up. It has room again if a trial turns out to be withdrawn.
    return (withdrawnTrial(in: history) ?? furtherReplicate(in: history)).map(Advice.decide)
      ?? .needsMore
  }

  /// Returns a plan for another seed of the point with the fewest trials, of these the first; nil if no
  /// point is to be repeated. A pruner's paused points are not.
  private func furtherReplicate(in history: History) -> Plan? {
    guard repeatsPoints else { return nil }
    var least: (point: Point, seed: Int)?
    for number in 0..<history.pointCount {
      let point = history.point(number)
      guard space.contains(point), pruner == nil || isComplete(point, in: history),
        !hasOnlyFailed(point, in: history)
      else { continue }
      var seed = (seeds.max() ?? 0) + 1
      while history.trial(of: point, seed: seed) != nil { seed += 1 }
      if least.map({ seed < $0.seed }) ?? true { least = (point, seed) }
    }
    return least.map { Plan(point: $0.point, seed: $0.seed, why: Rationale(.replicate)) }
  }

  /// Returns whether trials of a point have failed and none has a score, so that another seed would tell
  /// nothing.
  private func hasOnlyFailed(_ point: Point, in history: History) -> Bool {
    let trials = seeds.compactMap { history.trial(of: point, seed: $0) }
      .compactMap(history.seenTrial)
    return trials.contains { $0.state == .failed } && trials.allSatisfy { $0.score == nil }
  }

  /// Returns a plan for the first proposed point that has not been trained with all seeds and whose first
  /// trial is complete; nil if there is none.
  private func missingReplicate(in history: History) -> Plan? {
    guard seeds.count > 1 || history.revision > 0 else { return nil }
    // Without a pruner, this revision of the sweep has given all seeds to the points before its last one.
    let last =
      pruner == nil
      ? history.lastSearchOfRevision.flatMap { history.number(of: $0.trial.point) } ?? 0 : 0
    for number in last..<max(history.pointCount, last) {
      let point = history.point(number)
      guard let seed = seeds.first(where: { history.trial(of: point, seed: $0) == nil }),
        space.contains(point)
      else { continue }
      if pruner != nil, seed != seeds[0], !isComplete(point, in: history) { continue }
      return Plan(point: point, seed: seed, why: Rationale(.replicate))
    }
    return nil
  }

  private func isComplete(_ point: Point, in history: History) -> Bool {
    history.trial(of: point, seed: seeds[0]).flatMap(history.seenTrial)?.state == .complete
  }

  /// Returns a plan for the first withdrawn trial whose point and seed are searched now; nil if there is
  /// none.
  private func withdrawnTrial(in history: History) -> Plan? {
    history.withdrawnTrials.first { seeds.contains($0.seed) && space.contains($0.point) }
      .map { Plan(point: $0.point, seed: $0.seed, why: Rationale(.sampled)) }
  }
}
