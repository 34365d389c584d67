import Trials

/// The kind of search, in RecBole's words where it has them.
package enum SearchAlgorithm: String, Hashable, Sendable, Codable, CaseIterable {
  /// Tries every cell of the grid once.
  case exhaustive
  /// Draws points at random, without replacement if the space is finite.
  case random
  /// RecBole's `bayes`: a tree-structured Parzen estimator, see `TPESampler`.
  case tpe
  /// The points of a scrambled Sobol sequence, see `SobolSampler`.
  case qmc
  /// Spends each epoch where it is expected to tell most; see `KnowledgeGradientSearch`.
  case kg
  /// Promotes the best of many points to more epochs and then to more seeds; see `AshaSeeds`.
  case ashaSeeds = "asha_seeds"

  /// Returns the default for a space: the grid, unless a parameter is continuous. With a budget of
  /// epochs it is the search that makes the most of them.
  package static func usual(
    for space: SearchSpace, hasEpochBudget: Bool = false
  ) -> SearchAlgorithm {
    switch (hasEpochBudget, space.isDiscrete) {
    case (true, true): .kg
    case (true, false): .tpe
    case (false, true): .exhaustive
    case (false, false): .random
    }
  }

  /// True if the search decides by itself how many seeds a point gets.
  package var decidesSeeds: Bool { self == .kg || self == .ashaSeeds }

  /// True if the search pauses trials by itself, so that no pruner fits.
  package var pausesItself: Bool { decidesSeeds }

  /// Returns the reasons why a space cannot be searched like this, each with the parameter at fault. An
  /// empty result means that it can.
  package func refusals(of space: SearchSpace) -> [(parameter: String?, message: String)] {
    switch self {
    case .exhaustive: GridSampler.refusals(of: space)
    case .random, .tpe, .qmc, .kg, .ashaSeeds: []
    }
  }

  /// Returns the sampler that proposes the points of a space; for a search without a sampler the one that
  /// its first points are drawn by.
  ///
  /// - Precondition: `refusals(of: space)` is empty.
  package func sampler(of space: SearchSpace, seed: UInt64, direction: Direction) -> any Sampler {
    switch self {
    case .exhaustive: GridSampler(space: space, seed: seed)
    case .random, .kg, .ashaSeeds: RandomSampler(space: space, seed: seed)
    case .tpe: TPESampler(space: space, seed: seed, direction: direction)
    case .qmc: SobolSampler(space: space, seed: seed)
    }
  }
}
