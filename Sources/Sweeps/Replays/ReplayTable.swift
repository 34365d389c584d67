import Search
import Trials
import Tuning

/// Recorded curves of a grid, several for each cell, on which searches are compared.
package struct ReplayTable: Sendable {
  /// The kind of a world, or the name of a recorded sweep.
  package let name: String
  /// The seed of a world; nil for a recorded sweep.
  package let worldSeed: Int?
  package let space: SearchSpace
  /// The points that have a record, in the order of their cells.
  package let points: [Point]
  package let direction: Direction
  /// The epochs without a better score after which a training ends by itself.
  package let patience: Int
  package let mostEpochs: Int
  /// The work of an epoch, by point.
  package let workPerEpoch: [Int]
  /// The work of training every point once.
  package let gridWork: Double

  let cells: [Point: Int]
  /// By point and run.
  let curves: [[RecordedCurve]]
  private let truths: Truths

  /// How good a point is in truth, and what a model is worth.
  struct Truths: Sendable {
    /// Returns the runs of each point in the order in which a repeat of a search sees them.
    let order: @Sendable (_ number: Int) -> [[Int]]
    /// Returns the true mean score of each point, which a repeat may be judged by.
    let means: @Sendable (_ number: Int) -> [Double]
    /// Returns what the model of a run is worth that is taken after an epoch; nil if nobody knows.
    let quality: @Sendable (_ point: Int, _ run: Int, _ epoch: Int) -> Double?
  }

  init(
    name: String, worldSeed: Int?, space: SearchSpace, points: [Point], direction: Direction,
    patience: Int, mostEpochs: Int, workPerEpoch: [Int], gridWork: Double,
    curves: [[RecordedCurve]], truths: Truths
  ) {
    self.name = name
    self.worldSeed = worldSeed
    self.space = space
    self.points = points
    self.direction = direction
    self.patience = patience
    self.mostEpochs = mostEpochs
    self.workPerEpoch = workPerEpoch
    self.gridWork = gridWork
    self.curves = curves
    self.truths = truths
    cells = Dictionary(
      points.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What a repeat of a search sees of the table.
  package struct View: Sendable {
    let table: ReplayTable
    let order: [[Int]]
    let means: [Double]

    /// The true mean of the best point.
    var bestMean: Double {
      (table.direction == .maximize ? means.max() : means.min()) ?? 0
    }

    /// Returns the run that a trial is: the seed counts from 0. When all runs of a point have been seen,
    /// they are seen again.
    func run(of trial: Trial) -> (point: Int, run: Int)? {
      table.cells[trial.point].map { point in
        (point, order[point][trial.seed % order[point].count])
      }
    }

    func curve(of trial: Trial) -> RecordedCurve? {
      run(of: trial).map { table.curves[$0.point][$0.run] }
    }

    /// Returns what the model of a trial is worth after some epochs; nil if nobody knows.
    func quality(of trial: Trial, epochs: Int) -> Double? {
      guard let (point, run) = run(of: trial),
        let best = table.curves[point][run].bestEpoch(after: epochs)
      else { return nil }
      return table.truths.quality(point, run, best)
    }
  }

  package func view(repeat number: Int) -> View {
    View(table: self, order: truths.order(number), means: truths.means(number))
  }
}

extension ReplayTable {
  /// The work of an epoch of the cheapest cell of a world.
  private static let workUnit = 1e6

  /// The table of a synthetic world.
  package init(_ world: World) {
    let grid = GridSampler(space: World.space, seed: 0)
    let cells = 0..<World.cellCount
    self.init(
      name: world.kind.rawValue, worldSeed: world.seed, space: World.space,
      points: cells.map(grid.point(ofCell:)), direction: .maximize, patience: World.patience,
      mostEpochs: World.epochLimit,
      workPerEpoch: world.cost.map { Int(($0 * Self.workUnit).rounded()) },
      gridWork: world.gridCost * Self.workUnit,
      curves: cells.map { cell in
        (0..<world.runCount).map { run in
          let scores = world.curve(of: cell, run: run)
            .prefix(world.end(of: cell, run: run).epochs)
          return RecordedCurve(scores: scores.map(Double.init), direction: .maximize)
        }
      },
      truths: Truths(
        order: { number in
          let order = world.runOrder(repeat: number)
          return cells.map { cell in
            Array(order[cell * world.runCount..<(cell + 1) * world.runCount])
          }
        }, means: { _ in world.trueMean },
        quality: { cell, run, epoch in
          let quality = world.quality(of: cell, run: run)
          return Double(quality[quality.startIndex + epoch])
        }))
  }
}
