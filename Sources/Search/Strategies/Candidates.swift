import Trials

/// The cells that a model-based search chooses from.
///
/// A small finite space has all its cells. A larger one has a random part of them, and what surrounds the
/// best points so far; a continuous one has the points of a scrambled Sobol sequence.
struct Candidates: Sendable {
  private static let mostCells = 512
  /// The points around which cells are added.
  private static let centres = 8

  private let space: SearchSpace
  /// The first cells of all that `cells(after:_:)` returns.
  let base: [Point]
  /// The base in a random order, for a start that fills the space.
  let order: [Int]
  /// The model's view of the base, which serves until a point beyond it appears.
  private let whole: (cells: Cells, kernel: CellKernel)
  private let isWhole: Bool

  init(of space: SearchSpace, seed: UInt64) {
    self.space = space
    base = space.sample(atMost: Self.mostCells, seed: seed)
    isWhole = base.count == space.cellCount
    if isWhole {
      let permutation = IndexPermutation(count: base.count, seed: seed)
      order = base.indices.map { permutation[$0] }
    } else {
      order = Array(base.indices)
    }
    let cells = Cells(base, in: space)
    whole = (cells, CellKernel(cells))
  }

  /// Returns the cells after some runs: the base, the points of the runs, and the neighbours of the best.
  func cells(after runs: [SeenTrial], _ direction: Direction) -> (cells: Cells, kernel: CellKernel)
  {
    if isWhole { return whole }
    var points = base
    var known = Set(base)
    func add(_ point: Point) {
      if known.insert(point).inserted { points.append(point) }
    }
    runs.forEach { add($0.trial.point) }
    best(of: runs, direction).forEach { neighbours(of: $0).forEach(add) }
    guard points.count > base.count else { return whole }
    let cells = Cells(points, in: space)
    return (cells, CellKernel(cells))
  }

  /// The points with the best mean scores.
  private func best(of runs: [SeenTrial], _ direction: Direction) -> [Point] {
    var scores: [Point: (sum: Double, count: Int, first: Int)] = [:]
    for run in runs {
      guard let score = run.score else { continue }
      scores[run.trial.point, default: (0, 0, run.trial.number)].sum += score
      scores[run.trial.point]?.count += 1
    }
    return scores.map { (point: $0, score: $1.sum / Double($1.count), number: $1.first) }
      .sorted { direction.ranks(($0.score, $0.number), before: ($1.score, $1.number)) }
      .prefix(Self.centres).map(\.point)
  }

  /// The points that differ from a point by one step in one parameter. Values without an order are all
  /// one step apart.
  private func neighbours(of point: Point) -> [Point] {
    space.parameters.enumerated().flatMap { place, parameter -> [Point] in
      guard let count = parameter.domain.count, let value = point[parameter.name],
        let index = space.index(of: value, at: place)
      else { return [] }
      let isOrdered = CoordinateScale(parameter.domain) != nil
      let others = isOrdered ? [index - 1, index + 1] : Array(0..<min(count, Self.mostCells))
      return others.filter { (0..<count).contains($0) && $0 != index }
        .map { point.replacing(parameter.name, by: parameter.domain.value(at: $0)) }
    }
  }
}

extension SearchSpace {
  /// The points of a continuous space that stand for all.
  private static let continuousSample = 256

  /// Returns points that stand for the whole space: all of a small grid, a random part of a larger one, and
  /// some points of a continuous space.
  package func sample(atMost limit: Int, seed: UInt64) -> [Point] {
    guard let count = cellCount else {
      return SobolSampler(space: self, seed: seed)
        .points(Swift.min(limit, Self.continuousSample))
    }
    let grid = GridSampler(space: self, seed: seed)
    guard count > limit else { return (0..<count).map(grid.point(ofCell:)) }
    let permutation = IndexPermutation(count: count, seed: seed)
    return (0..<limit).map { grid.point(ofCell: permutation[$0]) }
  }
}
