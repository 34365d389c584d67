import Trials

/// Proposes the points of a sweep, one by one, from the history alone: no clock, no memory, no
/// random state.
///
///     let sampler = RandomSampler(space: space, seed: 2020)
///     let next = try sampler.point(history.pointCount, after: history)
package protocol Sampler: Sendable {
  /// True if proposals depend on outcomes, so that each has to wait for the outcomes it may see.
  var readsOutcomes: Bool { get }

  /// The new point with this number, counted over the points that the sweep's searches have
  /// proposed; nil if the space is used up.
  func point(_ number: Int, after history: History) throws -> Point?
}

/// How a sweep searches, by RecBole's words: the only place where one is chosen.
package enum SearchAlgorithm: String, Hashable, Sendable, Codable, CaseIterable {
  /// Every cell of the grid once.
  case exhaustive
  /// Random draws, without replacement if the space is finite.
  case random

  /// The one that fits a space: a grid cannot hold a continuous parameter.
  package static func usual(for space: SearchSpace) -> SearchAlgorithm {
    space.isDiscrete ? .exhaustive : .random
  }

  /// Why a space cannot be searched like this, with the parameter that is the reason.
  package func refusals(of space: SearchSpace) -> [(parameter: String?, message: String)] {
    switch self {
    case .exhaustive: GridSampler.refusals(of: space)
    case .random: []
    }
  }

  /// - Precondition: `refusals(of: space)` is empty.
  package func sampler(of space: SearchSpace, seed: UInt64) -> any Sampler {
    switch self {
    case .exhaustive: GridSampler(space: space, seed: seed)
    case .random: RandomSampler(space: space, seed: seed)
    }
  }
}
