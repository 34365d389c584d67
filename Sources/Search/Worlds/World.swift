import Literals

/// A synthetic grid of learning curves whose true means are known, to compare searches when the seed of
/// a training decides much of its score.
///
/// A world has 120 cells: 5 learning rates, 6 prototype sizes and 4 interest sizes. Each cell has a
/// distribution of curves, see `CurveModel`, and `runCount` runs drawn from it, of which a search sees
/// one after the other:
///
///     let world = World(.sine, seed: 0)
///     let order = world.runOrder(repeat: 0)
///     let scores = world.curve(of: 17, run: order[17 * world.runCount])    // the first run of cell 17
///
/// The worlds are those of a simulator in Python that draws from NumPy: same kind and seed, same world.
package struct World: Sendable {
  /// What the cells of a world differ in.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// As `sine`, with fewer late climbs and flatter means. Nearest to SINE's real grid on ml-100k.
    case weak
    /// Like SINE on ml-100k: a run that does not climb before patience runs out ends on a plateau.
    case sine
    /// No late climb, so the outcomes of a cell have one peak.
    case smooth
    /// Low learning rates need longer and end higher, so the curves cross.
    case slow
    /// The climb comes early only around one cell, whatever the other parameters promise.
    case interact
  }

  /// The parameters of the grid. A cell is an index of `GridSampler.point(ofCell:)`.
  package static let space = SearchSpace([
    .init(name: "learning_rate", domain: .choice(learningRates.map(Literal.real))),
    .init(name: "prototype_size", domain: .choice(prototypeSizes.map(Literal.integer))),
    .init(name: "interest_size", domain: .choice(interestSizes.map(Literal.integer))),
  ])
  static let learningRates = [0.01, 0.005, 0.001, 0.0005, 0.0001]
  static let prototypeSizes = [50, 100, 500, 1000, 2000, 5000]
  static let interestSizes = [4, 8, 12, 16]

  package static let cellCount = learningRates.count * prototypeSizes.count * interestSizes.count
  /// The epochs of a run that no early stopping ends.
  package static let epochLimit = 100
  /// RecBole's `stopping_step`.
  package static let patience = 10

  package let kind: Kind
  package let seed: Int
  /// The number of runs of every cell.
  package let runCount: Int

  /// What an epoch of each cell costs; the cheapest cell costs 1.
  package let cost: [Double]
  /// The mean final score of each cell, over many more seeds than there are runs.
  package let trueMean: [Double]
  /// The standard deviation of the final score of each cell over seeds.
  package let trueSpread: [Double]
  /// The mean number of epochs that a run of each cell trains.
  package let meanEpochs: [Double]

  /// The valid scores, rounded to four decimals: cells × runs × epochs.
  package let curves: [Float]
  /// What the curves would be without the noise of the measurement: cells × runs × epochs.
  package let quality: [Float]
  /// The epochs that each run trains, and its best score: cells × runs.
  private let ends: [RunEnd]

  /// Draws a world.
  ///
  /// - Parameters:
  ///   - runs: The runs of each cell that a search may see.
  ///   - truthSeeds: The seeds that the true mean of a cell is taken over. The best 12 cells get three
  ///     times as many on top.
  /// - Complexity: O(runs + truthSeeds); 40 and 600 take a third of a second.
  package init(_ kind: Kind, seed: Int, runs: Int = 40, truthSeeds: Int = 600) {
    self.kind = kind
    self.seed = seed
    runCount = runs
    let model = CurveModel(kind, seed: seed)
    cost = model.cost

    let runTotal = Self.cellCount * runs
    var curves = [Float](repeating: 0, count: runTotal * Self.epochLimit)
    var quality = curves
    var ends: [RunEnd] = []
    ends.reserveCapacity(runTotal)
    var generator = NumPyGenerator(seed: [seed, 11])
    model.draw(Array(0..<Self.cellCount), runs: runs, from: &generator) { scores, clean in
      let start = ends.count * Self.epochLimit
      for epoch in 0..<Self.epochLimit {
        curves[start + epoch] = scores[epoch]
        quality[start + epoch] = Float(clean[epoch])
      }
      ends.append(RunEnd(of: scores))
    }
    self.curves = curves
    self.quality = quality
    self.ends = ends

    let truth = WorldTruth(of: model, seed: seed, seedCount: truthSeeds)
    trueMean = truth.mean
    trueSpread = truth.spread
    meanEpochs = truth.epochs
  }

  /// The cost of training every cell once, with as many epochs as its runs have in the mean.
  package var gridCost: Double { pairwiseSum(zip(meanEpochs, cost).map(*)[...]) }

  /// The true mean of the best cell.
  package var bestMean: Double { trueMean.max() ?? 0 }

  /// Returns the valid scores of a run by epoch, without early stopping.
  package func curve(of cell: Int, run: Int) -> ArraySlice<Float> {
    curves[epochs(of: cell, run: run)]
  }

  /// Returns the true quality of a run's model by epoch.
  package func quality(of cell: Int, run: Int) -> ArraySlice<Float> {
    quality[epochs(of: cell, run: run)]
  }

  /// Returns how a run ends by early stopping.
  package func end(of cell: Int, run: Int) -> RunEnd { ends[cell * runCount + run] }

  /// Returns the runs of each cell in the order in which a repeat of a search sees them: the run of a
  /// cell's k-th seed stands at cell · `runCount` + k.
  package func runOrder(repeat number: Int) -> [Int] {
    precondition((0..<1000).contains(number), "a world has 1000 repeats")
    var generator = NumPyGenerator(seed: [1000 * seed + number, 3])
    let keys = (0..<Self.cellCount * runCount).map { _ in generator.unit() }
    return (0..<Self.cellCount).flatMap { cell in
      let start = cell * runCount
      return (0..<runCount).sorted { keys[start + $0] < keys[start + $1] }
    }
  }

  private func epochs(of cell: Int, run: Int) -> Range<Int> {
    precondition((0..<runCount).contains(run), "the cell has no such run")
    let start = (cell * runCount + run) * Self.epochLimit
    return start..<start + Self.epochLimit
  }
}

/// How a run ends by RecBole's early stopping: after more than `World.patience` epochs without a better
/// score, or after the last epoch.
package struct RunEnd: Hashable, Sendable {
  /// The number of epochs that the run trains.
  package let epochs: Int
  /// The best of their scores.
  package let bestScore: Float

  init(epochs: Int, bestScore: Float) {
    self.epochs = epochs
    self.bestScore = bestScore
  }

  /// Finds the end in the scores that a run without early stopping has.
  init(of scores: [Float]) {
    var (best, sinceBest) = (-1 as Float, 0)
    for (epoch, score) in scores.enumerated() {
      if score > best {
        (best, sinceBest) = (score, 0)
      } else {
        sinceBest += 1
        if sinceBest > World.patience {
          self.init(epochs: epoch + 1, bestScore: best)
          return
        }
      }
    }
    self.init(epochs: scores.count, bestScore: best)
  }
}
