/// What the best score so far tells of the final score of a run, learned from the runs that have ended.
///
/// After t epochs the expectation is a + b·best(t), with a slope that is shrunk towards 1:
///
///     b = (Σ(z − z̄)(y − ȳ) + 3v) / (Σ(z − z̄)² + 3v),   a = ȳ − b z̄,   v = Var z
///
/// over the finished runs that were alive after t epochs, of best scores z and final scores y.
package struct FinalScores: Sendable {
  /// How much weight the slope 1 has, in runs.
  private static let shrinkage = 3.0

  package struct Regression: Hashable, Sendable {
    let offset: Double
    let slope: Double
    /// The variance of what the regression leaves; nil if no run tells it.
    let residual: Double?

    func expectation(of score: Double) -> Double { offset + slope * score }
  }

  private let finished: [ObservedRun]
  /// The numbers of epochs after which runs may pause.
  package let rungs: [Int]

  /// - Parameters:
  ///   - runs: All runs; those that have not ended tell nothing.
  ///   - patience: The epochs without a better score after which a run ends by itself.
  ///   - mostEpochs: The epochs after which every run ends.
  package init(_ runs: [ObservedRun], patience: Int, mostEpochs: Int) {
    finished = runs.filter(\.isComplete)
    rungs = Self.rungs(patience: patience, mostEpochs: mostEpochs)
  }

  /// Returns 1, 2, 3 and 4 patiences, as far as they come before the end.
  package static func rungs(patience: Int, mostEpochs: Int) -> [Int] {
    (1...4).map { $0.multiplied(by: patience) }.filter { $0 > 0 && $0 < mostEpochs }
  }

  package var count: Int { finished.count }

  package func regression(after epochs: Int) -> Regression {
    let alive = finished.filter { $0.epochs > epochs }
    guard !alive.isEmpty else { return Regression(offset: 0, slope: 1, residual: nil) }
    let z = alive.map { $0.score(after: epochs) }
    let y = alive.map(\.score)
    let (meanZ, meanY, varianceZ) = (z.mean, y.mean, max(z.variance, tiny(squared: 1e-3)))
    var (both, square) = (0.0, 0.0)
    for (z, y) in zip(z, y) {
      both += (z - meanZ) * (y - meanY)
      square += (z - meanZ) * (z - meanZ)
    }
    let prior = Self.shrinkage * varianceZ
    let slope = (both + prior) / (square + prior)
    let left = zip(z, y).reduce(tiny(squared: 1e-2)) { sum, pair in
      let residual = pair.1 - meanY - slope * (pair.0 - meanZ)
      return sum + residual * residual
    }
    return Regression(
      offset: meanY - slope * meanZ, slope: slope, residual: left / Double(max(z.count - 1, 1)))
  }

  /// The square of a share of the scores, for what would be 0 if all runs were equal.
  private func tiny(squared share: Double) -> Double {
    let level = finished.map(\.score).mean * share
    return max(level * level, .leastNormalMagnitude)
  }

  /// How much of the variance of final scores the best score at a pause must explain.
  private static let decided = 0.8
  /// The least number of finished runs that can say so.
  private static let leastFinished = 8
  /// The least number of them that were alive at a pause.
  private static let leastAlive = 3

  /// Returns the number of epochs after which the fate of runs is decided; nil if it is not before their
  /// end, or if too few runs have ended to say so.
  package var pause: Int? {
    guard finished.count >= Self.leastFinished else { return nil }
    let y = finished.map(\.score)
    let total = y.variance
    guard total > 0 else { return nil }
    return rungs.first { rung in
      let alive = finished.filter { $0.epochs > rung }
      guard alive.count >= Self.leastAlive else { return false }
      let regression = regression(after: rung)
      // A run that had ended by then has nothing left to explain.
      let left = alive.reduce(0) { sum, run in
        let residual = run.score - regression.expectation(of: run.score(after: rung))
        return sum + residual * residual
      }
      return 1 - left / Double(finished.count) / total >= Self.decided
    }
  }

  /// Returns what runs tell of their cells: finished runs their score, and paused ones what they promise,
  /// with the precision 1/(1 + s²/Var y).
  func observations(
    of runs: [(run: ObservedRun, cell: Int)]
  ) -> [CellModel.Observation] {
    let y = finished.map(\.score)
    let total = y.count > 1 ? max(y.variance, tiny(squared: 3e-3)) : nil
    return runs.compactMap { run, cell in
      if run.isComplete {
        return CellModel.Observation(cell: cell, value: run.score, precision: 1)
      }
      guard rungs.contains(run.epochs), run.score.isFinite else { return nil }
      let regression = regression(after: run.epochs)
      // Without a finished run that was alive then, a paused run counts a third.
      var ratio = 2.0
      if let residual = regression.residual, let total { ratio = residual / total }
      return CellModel.Observation(
        cell: cell, value: regression.expectation(of: run.score), precision: 1 / (1 + ratio))
    }
  }
}

extension [Double] {
  /// The arithmetic mean; 0 if there is no number.
  var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// The mean square of the deviations from the mean.
  var variance: Double {
    let mean = mean
    return isEmpty ? 0 : reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
  }
}
