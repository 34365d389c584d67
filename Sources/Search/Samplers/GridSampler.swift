import Literals
import Trials

/// The exhaustive grid: every cell exactly once, in an order that the seed shuffles so that the first
/// trials already span the space.
///
/// A larger space goes on with its new cells: a cell that has been tried is passed over.
package struct GridSampler: Sampler {
  private let parameters: [SearchSpace.Parameter]
  private let order: IndexPermutation
  package let cellCount: Int

  package var readsOutcomes: Bool { false }

  /// - Precondition: `refusals(of: space)` is empty.
  package init(space: SearchSpace, seed: UInt64) {
    guard let count = space.cellCount else { preconditionFailure("the grid cannot be counted") }
    parameters = space.parameters
    cellCount = count
    order = IndexPermutation(count: cellCount, seed: seed)
  }

  /// Why a space has no grid, with the parameter that is the reason.
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

  /// The first cell from an index of the order on that has not been tried.
  func firstUntried(from start: Int = 0, in history: History) -> Point? {
    for index in start..<cellCount {
      let point = point(ofCell: order[index])
      if !history.hasTried(point) { return point }
    }
    return nil
  }

  /// The index in the order behind the last new cell that this revision of the sweep has proposed.
  /// All cells before this index have been tried, and need not be looked at again.
  private func firstUnvisited(after history: History) -> Int {
    guard let last = history.lastNewPointOfRevision, let cell = cell(of: last) else { return 0 }
    return order.index(of: cell) + 1
  }

  /// The point of a cell in lexicographic order: the last parameter changes fastest.
  package func point(ofCell cell: Int) -> Point {
    precondition((0..<cellCount).contains(cell), "the grid has no such cell")
    var rest = cell
    var entries: [Point.Entry] = []
    for parameter in parameters.reversed() {
      guard let count = parameter.domain.count else { continue }
      let value = parameter.domain.value(at: rest % count)
      entries.append(Point.Entry(name: parameter.name, value: value))
      rest /= count
    }
    return Point(entries.reversed())
  }

  /// The cell of a point; nil for a point outside the space.
  private func cell(of point: Point) -> Int? {
    var cell = 0
    for parameter in parameters {
      guard let count = parameter.domain.count, let value = point[parameter.name],
        let index = parameter.domain.index(of: value)
      else { return nil }
      cell = cell * count + index
    }
    return cell
  }
}
