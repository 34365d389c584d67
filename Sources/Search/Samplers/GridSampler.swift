import Literals
import Trials

/// Proposes every cell of a grid exactly once. The seed shuffles the order, so the first trials are
/// spread over the whole space.
///
/// Cells that have been tried are passed over. After the space has grown, only the new cells are left.
package struct GridSampler: Sampler {
  private let space: SearchSpace
  private let order: IndexPermutation
  /// The number of cells.
  package let cellCount: Int

  package var readsOutcomes: Bool { false }

  /// - Precondition: `refusals(of: space)` is empty.
  package init(space: SearchSpace, seed: UInt64) {
    guard let count = space.cellCount else { preconditionFailure("the grid cannot be counted") }
    self.space = space
    cellCount = count
    order = IndexPermutation(count: cellCount, seed: seed)
  }

  /// Returns the reasons why a space has no grid, each with the parameter at fault. An empty result means
  /// that it has one.
  package static func refusals(of space: SearchSpace) -> [(parameter: String?, message: String)] {
    let continuous = space.parameters.filter { $0.domain.count == nil }
    guard continuous.isEmpty else {
      return continuous.map {
        (
          $0.name,
          "a grid needs finitely many values, found '\($0.domain.kind.rawValue)' for '\($0.name)'"
        )
      }
    }
    guard space.cellCount == nil else { return [] }
    return [
      (
        space.parameters.first?.name,
        "the grid has more than \(Int.max) cells; search fewer values"
      )
    ]
  }

  package func point(_ number: Int, after history: History) -> Point? {
    firstUntried(from: firstUnvisited(after: history), in: history)
  }

  /// Returns the first cell that has not been tried, starting at an index of the shuffled order; nil if
  /// all cells have been tried.
  func firstUntried(from start: Int = 0, in history: History) -> Point? {
    for index in start..<cellCount {
      let point = point(ofCell: order[index])
      if !history.hasTried(point) { return point }
    }
    return nil
  }

  /// Returns the index behind the last new cell that this revision of the sweep has proposed. All cells
  /// before this index have been tried, so they need not be looked at again.
  private func firstUnvisited(after history: History) -> Int {
    guard let last = history.lastNewPointOfRevision, let cell = cell(of: last) else { return 0 }
    return order.index(of: cell) + 1
  }

  /// Returns the point of a cell. Cells are numbered in lexicographic order: the last parameter changes
  /// fastest.
  package func point(ofCell cell: Int) -> Point {
    precondition((0..<cellCount).contains(cell), "the grid has no such cell")
    var rest = cell
    var entries: [Point.Entry] = []
    for parameter in space.parameters.reversed() {
      guard let count = parameter.domain.count else { continue }
      let value = parameter.domain.value(at: rest % count)
      entries.append(Point.Entry(name: parameter.name, value: value))
      rest /= count
    }
    return Point(entries.reversed())
  }

  /// Returns the number of a point's cell; nil if the point lies outside the space.
  private func cell(of point: Point) -> Int? {
    var cell = 0
    for (place, parameter) in space.parameters.enumerated() {
      guard let count = parameter.domain.count, let value = point[parameter.name],
        let index = space.index(of: value, at: place)
      else { return nil }
      cell = cell * count + index
    }
    return cell
  }
}
