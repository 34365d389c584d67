import Literals

/// The exhaustive grid: every cell exactly once, in an order that the seed shuffles so that the first
/// trials already span the space.
package struct GridSampler: Sampler {
  private let parameters: [SearchSpace.Parameter]
  private let order: IndexPermutation
  /// The number of cells.
  package let cellCount: Int

  /// Refuses a space with a continuous parameter and a grid that an Int cannot count.
  package init(space: SearchSpace, seed: UInt64) throws(InvalidInput) {
    let continuous = space.parameters.filter { $0.domain.count == nil }
    guard continuous.isEmpty else {
      throw InvalidInput(
        continuous.map {
          Diagnostic(
            .error, at: $0.location,
            "a grid needs finitely many values, found '\($0.domain.kind.rawValue)' for '\($0.name)'"
          )
        })
    }
    guard let cellCount = space.cellCount else {
      throw InvalidInput(
        "the grid has more than \(Int.max) cells; search fewer values",
        at: space.parameters.first?.location)
    }
    self.parameters = space.parameters
    self.cellCount = cellCount
    order = IndexPermutation(count: cellCount, seed: seed)
  }

  package var count: Int? { cellCount }

  package func parameters(ofTrial number: Int) -> TrialParameters {
    parameters(ofCell: order[number])
  }

  /// The parameters of a cell in lexicographic order: the last parameter changes fastest.
  package func parameters(ofCell cell: Int) -> TrialParameters {
    precondition((0..<cellCount).contains(cell), "the grid has no such cell")
    var rest = cell
    var entries: [TrialParameters.Entry] = []
    for parameter in parameters.reversed() {
      guard let count = parameter.domain.count else { continue }
      let value = parameter.domain.value(at: rest % count)
      entries.append(TrialParameters.Entry(name: parameter.name, value: value))
      rest /= count
    }
    return TrialParameters(entries.reversed())
  }
}
