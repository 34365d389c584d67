import Trials

extension History {
  /// The most cells whose work is added up one by one.
  private static let mostCells = 512

  /// Returns the work that one run of every point of a space is expected to take, as the runs that have
  /// ended tell it; nil if none has, or if the space has too many points.
  ///
  /// - Parameter context: What the strategy of the sweep knows.
  package func expectedGridWork(of space: SearchSpace, _ context: SearchContext) -> Double? {
    guard let count = space.cellCount, count <= Self.mostCells,
      seenTrials.contains(where: { $0.state == .complete && $0.score != nil })
    else { return nil }
    let state = SearchState(self, Candidates(of: space, seed: context.samplerSeed), context)
    return zip(state.cells.points, state.expectedEpochs(until: nil)).reduce(0) {
      $0 + Double(context.workPerEpoch($1.0)) * $1.1
    }
  }
}
