import Trials

/// What a strategy has to know of its sweep besides the space: all that a user may set and that is no
/// choice between strategies.
package struct SearchContext: Sendable {
  /// The seed of the sampler, not of a training.
  package var samplerSeed: UInt64 = 2020
  /// The training seeds of a point, at least one. A strategy that gives some points more counts on from
  /// the last one.
  package var seeds: [Int]
  /// Decision n sees the outcomes of decisions 0 … n − `lag`.
  package var lag = 1
  /// The epochs without a better score after which a training ends by itself.
  package var patience: Int
  /// The most epochs of a training.
  package var mostEpochs: Int
  /// The epochs from one evaluation to the next. Rungs count evaluations.
  package var evaluationStep = 1
  package var direction: Direction
  /// True if a space that is used up is searched once more, with other seeds: a budget of epochs, and
  /// not the number of points, ends the sweep.
  package var repeatsPoints = false
  /// Returns the work of an epoch of a point, in the unit of `Decision.workPerEpoch`.
  package var workPerEpoch: @Sendable (Point) -> Int = { _ in 1 }

  package init(seeds: [Int], patience: Int, mostEpochs: Int, direction: Direction) {
    precondition(!seeds.isEmpty, "a trial needs a seed")
    self.seeds = seeds
    self.patience = patience
    self.mostEpochs = mostEpochs
    self.direction = direction
  }
}
