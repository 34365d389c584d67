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
    let method = sweep.method
    let context = context(of: method, lag: sweep.lag, datasets)
    let confirmation =
      method.confirmations > 0
      ? Confirmation(seeds: method.confirmations) { history in
        recommendation(after: history)?.best.point
      } : nil
    return Tuner(
      strategy: other ?? method.strategy(of: space, context), direction: direction,
      lag: sweep.lag, budget: budget(on: datasets), epochs: mostEpochs,
      workPerEpoch: context.workPerEpoch, confirmation: confirmation)
  }

  /// Returns which point the search would recommend now; nil if no run has a score.
  package func recommendation(after history: History) -> Recommendation? {
    history.recommendation(
      space: space, direction: direction, patience: patience, mostEpochs: mostEpochs)
  }

  /// Returns what the strategy of a method has to know.
  func context(of method: SearchMethod, lag: Int, _ datasets: DatasetCache) -> SearchContext {
    var context = SearchContext(
      seeds: seeds(of: method), patience: patience, mostEpochs: mostEpochs, direction: direction)
    context.samplerSeed = request.samplingSeed
    context.lag = lag
    context.evaluationStep = configuration.training.evalStep
    // Seeds beyond those that are searched would be outside of the space.
    context.repeatsPoints = request.epochs != nil && seedDomain == nil
    context.workPerEpoch = workPerEpoch(on: datasets)
    return context
  }

  /// Returns the training seeds of every point.
  package func seeds(of method: SearchMethod) -> [Int] {
    guard seedDomain == nil, let count = method.seeds, let first = namedSeeds.first else {
      return namedSeeds
    }
    return (0..<max(count, 1)).map { first + $0 }
  }

  /// Returns a function for the work of an epoch of a point.
  func workPerEpoch(on datasets: DatasetCache) -> @Sendable (Point) -> Int {
    { [template, seedDomain, namedSeeds] point in
      // A point that cannot be configured fails before its first epoch, so its work does not matter.
      let seed = seedDomain == nil ? nil : namedSeeds.first
      guard let configuration = try? template.configuration(with: point, seed: seed),
        let dataset = try? datasets.dataset(for: configuration.data)
      else { return 1 }
      return configuration.workPerEpoch(on: dataset)
    }
  }

  /// The points over which the mean work is taken.
  private static let samplePoints = 512

  /// Returns the budget of the sweep. Epochs are those of a point of mean work: a point whose epochs take
  /// twice the work pays twice.
  package func budget(on datasets: DatasetCache) -> Tuner.Budget {
    var budget = countedBudget
    if let epochs = request.epochs {
      budget.work = Int(exactly: (Double(epochs) * meanWork(on: datasets)).rounded()) ?? .max
    }
    return budget
  }

  /// Returns how many epochs of mean work one run of every point is expected to take, with the seeds of the
  /// sweep; nil if no run has ended that tells it, or if the space is too large.
  package func gridEpochs(of sweep: StoredSweep, datasets: DatasetCache) throws -> Double? {
    let context = context(of: sweep.method, lag: sweep.lag, datasets)
    let seeds = sweep.method.algorithm.decidesSeeds ? 1 : context.seeds.count
    return try sweep.history().expectedGridWork(of: space, context).map {
      $0 / meanWork(on: datasets) * Double(seeds)
    }
  }

  /// Returns the mean work of an epoch over the points of the space.
  package func meanWork(on datasets: DatasetCache) -> Double {
    let points = space.sample(atMost: Self.samplePoints, seed: request.samplingSeed)
    let work = workPerEpoch(on: datasets)
    return max(points.reduce(0.0) { $0 + Double(work($1)) } / Double(max(points.count, 1)), 1)
  }

  /// The epochs without a better score after which a training ends by itself.
  var patience: Int {
    configuration.training.stoppingStep.multiplied(by: configuration.training.evalStep)
  }

  /// The most epochs of any trial.
  var mostEpochs: Int {
    space["epochs"].flatMap { Self.integers(of: $0).max() } ?? configuration.training.epochs
  }

  /// Returns the first trials that a new sweep would have, at most `count`.
  package func firstTrials(_ count: Int) throws -> [Trial] {
    let method = request.wishes.method(of: space, stored: nil)
    var context = SearchContext(
      seeds: seeds(of: method), patience: patience, mostEpochs: mostEpochs, direction: direction)
    context.samplerSeed = request.samplingSeed
    let tuner = Tuner(
      strategy: method.strategy(of: space, context), direction: direction, lag: 1,
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
