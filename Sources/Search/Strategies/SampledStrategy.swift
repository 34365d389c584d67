import Trials

/// Trains every point that a sampler proposes to its end, with one seed after the other.
///
/// Points that an earlier revision of the sweep proposed get the seeds that they lack, as far as they
/// lie in the space.
package struct SampledStrategy: Strategy {
  private let sampler: any Sampler
  private let space: SearchSpace
  private let seeds: [Int]
  private let epochs: Int

  /// - Parameters:
  ///   - space: The space that the sampler draws from.
  ///   - seeds: The training seeds of every point, at least one.
  ///   - epochs: The most epochs of a trial, which is what a decision is expected to cost.
  package init(sampler: any Sampler, space: SearchSpace, seeds: [Int], epochs: Int) {
    precondition(!seeds.isEmpty, "a trial needs a seed")
    self.sampler = sampler
    self.space = space
    self.seeds = seeds
    self.epochs = epochs
  }

  package var readsOutcomes: Bool { sampler.readsOutcomes }

  package func next(after history: History) throws -> Advice {
    if let plan = missingReplicate(in: history) { return .decide(plan) }
    if let point = try sampler.point(history.pointCount, after: history) {
      return .decide(plan(point, seed: seeds[0]))
    }
    // The space is used up. It has room again if a trial turns out to be withdrawn.
    return withdrawnTrial(in: history).map(Advice.decide) ?? .needsMore
  }

  /// The first point of the space that has not had all of its seeds yet, with the seed that it lacks.
  private func missingReplicate(in history: History) -> Plan? {
    // This revision of the sweep has completed all points before the one that it met last.
    let last = history.lastSearchOfRevision.flatMap { history.number(of: $0.trial.point) } ?? 0
    for number in last..<max(history.pointCount, last) {
      let point = history.point(number)
      if let seed = seeds.first(where: { history.trial(of: point, seed: $0) == nil }),
        space.contains(point)
      {
        return plan(point, seed: seed)
      }
    }
    return nil
  }

  /// The first withdrawn trial that the sweep wants now.
  private func withdrawnTrial(in history: History) -> Plan? {
    history.withdrawnTrials.first { seeds.contains($0.seed) && space.contains($0.point) }
      .map { plan($0.point, seed: $0.seed) }
  }

  private func plan(_ point: Point, seed: Int) -> Plan {
    Plan(point: point, seed: seed, expectedEpochs: epochs)
  }
}
