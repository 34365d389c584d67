import Trials

/// How a sweep searches: the whole choice of a user, as a revision of the sweep stores it.
///
///     let strategy = SearchMethod(.kg).strategy(of: space, context)
package struct SearchMethod: Hashable, Sendable, Codable {
  package var algorithm: SearchAlgorithm
  package var pruner = PrunerKind.none
  /// The first rung of a pruner, in evaluations.
  package var minEpochs = 3
  /// Of so many trials at a rung, a pruner continues one.
  package var reductionFactor = 3
  /// Begins with many points for a few epochs; see `Screen`.
  package var screens = false
  /// The number of seeds of a point; nil for those that the space or the configuration says.
  package var seeds: Int?
  /// The fresh seeds that the recommended point gets at the end.
  package var confirmations = 0
  /// The points that are trained first.
  package var points: [Point] = []

  package init(_ algorithm: SearchAlgorithm) {
    self.algorithm = algorithm
  }
}

/// The parts of a method that a user named; the others are what the sweep has.
package struct SearchWishes: Hashable, Sendable {
  package var algorithm: SearchAlgorithm?
  package var pruner: PrunerKind?
  package var minEpochs: Int?
  package var reductionFactor: Int?
  package var screens: Bool?
  package var seeds: Int?
  package var confirmations: Int?
  package var points: [Point]?
  /// True if the sweep has a budget of epochs, which makes another algorithm the usual one.
  package var hasEpochBudget = false

  package init() {}

  /// Returns the method of a sweep.
  ///
  /// - Parameter stored: What the sweep has; nil for a new one.
  package func method(of space: SearchSpace, stored: SearchMethod?) -> SearchMethod {
    var method =
      stored
      ?? SearchMethod(
        algorithm ?? .usual(for: space, hasEpochBudget: hasEpochBudget))
    if let algorithm { method.algorithm = algorithm }
    if let pruner { method.pruner = pruner }
    if let minEpochs { method.minEpochs = minEpochs }
    if let reductionFactor { method.reductionFactor = reductionFactor }
    if let screens { method.screens = screens }
    if let seeds { method.seeds = seeds }
    if let confirmations { method.confirmations = confirmations }
    if let points { method.points = points }
    return method
  }
}

extension SearchMethod {
  /// Returns the reasons why a method does not fit together, each with the option at fault, such as
  /// `seeds`. An empty result means that it does.
  package func conflicts(in space: SearchSpace) -> [(option: String, message: String)] {
    var conflicts: [(String, String)] = []
    if algorithm.decidesSeeds, let seeds, seeds > 1 {
      conflicts.append(
        ("seeds", "'\(algorithm.rawValue)' decides by itself which points get more seeds"))
    }
    if algorithm.pausesItself, pruner != .none {
      conflicts.append(("pruner", "'\(algorithm.rawValue)' pauses trials by itself"))
    }
    if screens, algorithm != .kg {
      conflicts.append(("screen", "only 'kg' begins with a screen"))
    }
    return conflicts
  }

  /// True if the strategy looks at the scores of single epochs.
  package var readsCurves: Bool { algorithm == .kg }

  /// Returns the strategy that searches a space like this.
  ///
  /// - Precondition: `algorithm.refusals(of: space)` is empty.
  package func strategy(of space: SearchSpace, _ context: SearchContext) -> any Strategy {
    let search = search(of: space, context)
    guard !points.isEmpty else { return search }
    let seeds = algorithm.decidesSeeds ? [context.seeds[0]] : context.seeds
    return NamedPointsFirst(
      points.filter(space.contains), seeds: seeds, then: search)
  }

  private func search(of space: SearchSpace, _ context: SearchContext) -> any Strategy {
    switch algorithm {
    case .kg: KnowledgeGradientSearch(space: space, settings: context, screens: screens)
    case .ashaSeeds:
      AshaSeeds(
        space: space, seed: context.samplerSeed, firstSeed: context.seeds[0],
        pruner: AshaPruner(
          minEpochs: minEpochs.multiplied(by: context.evaluationStep),
          reductionFactor: reductionFactor, mostEpochs: context.mostEpochs,
          direction: context.direction),
        reductionFactor: reductionFactor, direction: context.direction)
    case .exhaustive, .random, .tpe, .qmc:
      SampledStrategy(
        sampler: algorithm.sampler(
          of: space, seed: context.samplerSeed, direction: context.direction),
        pruner: pruner.pruner(
          minEpochs: minEpochs.multiplied(by: context.evaluationStep),
          reductionFactor: reductionFactor, mostEpochs: context.mostEpochs,
          direction: context.direction, seed: context.samplerSeed),
        space: space, seeds: context.seeds, repeatsPoints: context.repeatsPoints,
        direction: context.direction)
    }
  }
}
