import Trials

/// Trains the points that a user named, and then what another strategy decides.
///
/// The named points have no number among the points of the search, so that they do not change what a
/// sampler draws. The other strategy learns from them, and does not propose them again.
package struct NamedPointsFirst: Strategy {
  private let points: [Point]
  private let seeds: [Int]
  private let strategy: any Strategy

  package init(_ points: [Point], seeds: [Int], then strategy: any Strategy) {
    self.points = points
    self.seeds = seeds
    self.strategy = strategy
  }

  package var readsOutcomes: Bool { strategy.readsOutcomes }
  package var closes: Bool { strategy.closes }

  package func next(after history: History) throws -> Advice {
    for point in points {
      for seed in seeds where history.trial(of: point, seed: seed) == nil {
        return .decide(
          Plan(point: point, seed: seed, purpose: .imported, why: Rationale(.named)))
      }
    }
    return try strategy.next(after: history)
  }

  package func closing(after history: History) throws -> Plan? {
    try strategy.closing(after: history)
  }
}
