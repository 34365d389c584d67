import Trials

/// The kind of pruner. No other place chooses one.
package enum PrunerKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Trains every trial to its end.
  case none
  /// Lets the better trials of every rung go on.
  case asha
  /// As `asha`, with several first rungs.
  case hyperband

  /// Returns the pruner; nil if trials never pause.
  ///
  /// - Parameters:
  ///   - minEpochs: The first rung, in epochs, at least 1.
  ///   - reductionFactor: The ratio of neighbouring rungs, at least 2.
  ///   - mostEpochs: The most epochs of any trial.
  ///   - seed: The seed of the sampler.
  package func pruner(
    minEpochs: Int, reductionFactor: Int, mostEpochs: Int, direction: Direction, seed: UInt64
  ) -> (any Pruner)? {
    switch self {
    case .none: nil
    case .asha:
      AshaPruner(
        minEpochs: minEpochs, reductionFactor: reductionFactor, mostEpochs: mostEpochs,
        direction: direction)
    case .hyperband:
      HyperbandPruner(
        minEpochs: minEpochs, reductionFactor: reductionFactor, mostEpochs: mostEpochs,
        direction: direction, seed: seed)
    }
  }
}
