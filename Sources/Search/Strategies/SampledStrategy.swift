import Trials

/// Trains every point that a sampler proposes to its end, with one seed after the other.
package struct SampledStrategy: Strategy {
  private let sampler: any Sampler
  private let seeds: [Int]
  private let epochs: Int

  /// - Parameters:
  ///   - seeds: The training seeds of every point, at least one.
  ///   - epochs: The most epochs of a trial, which is what a decision is expected to cost.
  package init(sampler: any Sampler, seeds: [Int], epochs: Int) {
    precondition(!seeds.isEmpty, "a trial needs a seed")
    self.sampler = sampler
    self.seeds = seeds
    self.epochs = epochs
  }

  package var readsOutcomes: Bool { sampler.readsOutcomes }

  package func next(after history: History) throws -> Advice {
    if let plan = missingSeed(in: history) { return .decide(plan) }
    guard let point = try sampler.point(history.pointCount, after: history) else {
      // The space may have room again if a trial turns out to be withdrawn.
      return .needsMore
    }
    return .decide(Plan(point: point, seed: seeds[0], expectedEpochs: epochs))
  }

  /// The first point that has not had all of its seeds yet.
  private func missingSeed(in history: History) -> Plan? {
    guard seeds.count > 1 else { return nil }
    // This revision of the sweep has completed all points before the one that it met last.
    let last = history.lastSearchOfRevision.flatMap { history.number(of: $0.trial.point) } ?? 0
    for number in last..<max(history.pointCount, last) {
      let point = history.point(number)
      if let seed = seeds.first(where: { history.trial(of: point, seed: $0) == nil }) {
        return Plan(point: point, seed: seed, expectedEpochs: epochs)
      }
    }
    return nil
  }
}
