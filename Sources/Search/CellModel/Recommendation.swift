import Trials

/// Which configuration a sweep recommends, and how sure that is.
///
/// The best single score is luck to a good part. So the configurations are compared by what the cell model
/// expects of their true means, whatever search has made their runs:
///
///     let recommendation = Recommendation(runs, space: space, direction: .maximize, patience: 10, …)
///     recommendation?.best.mean
package struct Recommendation: Sendable {
  /// A configuration with at least one score.
  package struct Candidate: Hashable, Sendable {
    package let point: Point
    /// The expected score of a run of this point with any seed.
    package let mean: Double
    /// The standard deviation of `mean`.
    package let deviation: Double
    /// How many of its runs have ended.
    package let finished: Int
    /// How many of its runs are paused.
    package let paused: Int
    /// The best score of its runs.
    package let bestScore: Double
    /// The probability that the recommended point has the better true mean; for that point itself, the
    /// probability that it is better than the next one.
    package let probabilityBelow: Double
  }

  /// The recommended configuration first, then by falling means.
  package let candidates: [Candidate]
  /// The standard deviation of a run's score around the true mean of its configuration.
  package let noise: Double

  /// The model compares so many configurations at most, those with the best scores.
  private static let mostPoints = 256
  /// Two configurations cannot be told apart if one is better with less than this probability.
  package static let certainty = 0.9

  package var best: Candidate { candidates[0] }

  /// The configurations that cannot be told apart from the recommended one, without itself.
  package var indistinguishable: ArraySlice<Candidate> {
    candidates.dropFirst().filter { $0.probabilityBelow < Self.certainty }[...]
  }

  /// Returns nil if no run has a score.
  ///
  /// - Parameters:
  ///   - runs: Runs of points of the space, those that only confirm a result left out.
  ///   - patience: The epochs without a better score after which a run ends by itself.
  package init?(
    _ runs: [ObservedRun], space: SearchSpace, direction: Direction, patience: Int,
    mostEpochs: Int
  ) {
    let points = Self.points(of: runs.filter { space.contains($0.point) && $0.score.isFinite })
    let cells = Cells(points, in: space)
    let placed = runs.compactMap { run in
      run.score.isFinite ? cells.index(of: run.point).map { (run: run, cell: $0) } : nil
    }
    let finals = FinalScores(placed.map(\.run), patience: patience, mostEpochs: mostEpochs)
    var observations = finals.observations(of: placed)
    if observations.isEmpty {
      // Nothing has ended, and nothing has paused where that tells the end: the scores so far have to do.
      observations = placed.map {
        CellModel.Observation(cell: $0.cell, value: $0.run.score, precision: 1.0 / 3)
      }
    }
    guard !observations.isEmpty else { return nil }
    let model = CellModel(observations, of: CellKernel(cells))
    let posterior = model.posterior(of: model.seen)
    let sign = direction == .maximize ? 1.0 : -1.0
    let order = model.seen.indices.sorted {
      (posterior.mean[$0], $1) > (posterior.mean[$1], $0)
    }
    candidates = order.map { place in
      let rival = place == order[0] ? order.dropFirst().first : place
      let own = placed.filter { $0.cell == model.seen[place] }.map(\.run)
      return Candidate(
        point: points[model.seen[place]], mean: sign * posterior.mean[place],
        deviation: max(posterior.variance(place), 0).squareRoot(),
        finished: own.count(where: \.isComplete), paused: own.count { !$0.isComplete },
        bestScore: sign * (own.map(\.score).max() ?? posterior.mean[place]),
        probabilityBelow: rival.map { posterior.probability(of: order[0], above: $0) } ?? 1)
    }
    noise = posterior.noise.squareRoot()
  }

  /// The points of runs in the order of the runs, without those with low scores if they are too many.
  private static func points(of runs: [ObservedRun]) -> [Point] {
    var best: [Point: Double] = [:]
    var points: [Point] = []
    for run in runs {
      if best[run.point] == nil { points.append(run.point) }
      best[run.point] = max(best[run.point] ?? -.infinity, run.score)
    }
    guard points.count > mostPoints else { return points }
    let least = points.compactMap { best[$0] }.sorted(by: >)[mostPoints - 1]
    return Array(points.filter { best[$0].map { $0 >= least } ?? false }.prefix(mostPoints))
  }
}

extension CellModel.Posterior {
  /// Returns the probability that the true mean of one cell is above that of another one.
  func probability(of one: Int, above other: Int) -> Double {
    let between = covariance[one * mean.count + other]
    let spread = max(variance(one) + variance(other) - 2 * between, 0).squareRoot()
    let difference = mean[one] - mean[other]
    guard spread > 0 else { return difference > 0 ? 1 : 0.5 }
    return normalDistribution(difference / spread)
  }
}

extension History {
  /// Returns what the search has seen as a recommendation; nil if no run has a score.
  package func recommendation(
    space: SearchSpace, direction: Direction, patience: Int, mostEpochs: Int
  ) -> Recommendation? {
    Recommendation(
      observedRuns(direction), space: space, direction: direction, patience: patience,
      mostEpochs: mostEpochs)
  }
}
