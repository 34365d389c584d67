import Literals
import Recommender
import Search
import Storage
import Trials
import Tuning

extension SweepPlan {
  /// Returns the tuner of a sweep that has been opened.
  ///
  /// - Parameter other: A strategy that replaces the one of the sweep; nil for none.
  package func tuner(
    of sweep: StoredSweep, datasets: DatasetCache, strategy other: (any Strategy)? = nil
  ) -> Tuner {
    Tuner(
      strategy: other ?? strategy(sweep.algorithm), direction: direction, lag: sweep.lag,
      budget: budget, epochs: mostEpochs,
      workPerEpoch: { [template, seedDomain, seeds] point in
        // A point that cannot be configured fails before its first epoch, so its work does not matter.
        let seed = seedDomain == nil ? nil : seeds.first
        guard let configuration = try? template.configuration(with: point, seed: seed),
          let dataset = try? datasets.dataset(for: configuration.data)
        else { return 1 }
        return configuration.workPerEpoch(on: dataset)
      })
  }

  /// Returns the strategy that trains the points of an algorithm with all seeds.
  package func strategy(_ algorithm: SearchAlgorithm) -> any Strategy {
    SampledStrategy(
      sampler: algorithm.sampler(
        of: space, seed: UInt64(bitPattern: Int64(request.samplerSeed))),
      space: space, seeds: seeds)
  }

  /// The most epochs of any trial.
  var mostEpochs: Int {
    space["epochs"].flatMap { Self.integers(of: $0).max() } ?? configuration.training.epochs
  }

  /// Returns the first trials that a new sweep would have, at most `count`.
  package func firstTrials(_ count: Int) throws -> [Trial] {
    let tuner = Tuner(
      strategy: strategy(request.algorithm ?? .usual(for: space)), direction: direction, lag: 1,
      budget: Tuner.Budget(trials: count))
    var history = History()
    while case .decide(let decision) = try tuner.next(after: history) { history.append(decision) }
    return history.decisions.map(\.trial)
  }

  /// The first point of a new sweep.
  var firstPoint: Point {
    (try? firstTrials(1).first?.point) ?? Point([])
  }
}
