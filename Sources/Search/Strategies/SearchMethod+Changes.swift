import Literals

/// Options of a search that do not fit together.
package struct SearchConflicts: Error, Hashable, Sendable {
  package struct Conflict: Hashable, Sendable {
    /// The option at fault, such as `seeds`; nil if one is missing.
    package let option: String?
    package let message: String
  }

  package let conflicts: [Conflict]
}

extension SearchMethod {
  /// Throws the reasons why a sweep cannot be searched like this.
  ///
  /// - Parameters:
  ///   - searchesSeed: The training seed is a parameter of the space, which `space` leaves out.
  ///   - hasBudget: A number of trials or of epochs ends the search.
  package func demandFit(
    to space: SearchSpace, searchesSeed: Bool, hasBudget: Bool
  ) throws(SearchConflicts) {
    let name = algorithm.rawValue
    var conflicts = conflicts(in: space).map {
      SearchConflicts.Conflict(option: $0.option, message: $0.message)
    }
    if searchesSeed, seeds != nil {
      conflicts.append(
        .init(option: "seeds", message: "'seed' is searched, which says the same; drop one of them")
      )
    }
    if searchesSeed, algorithm.decidesSeeds {
      conflicts.append(
        .init(
          option: "algo",
          message: "'\(name)' decides by itself which points get more seeds, but 'seed' is searched"
        ))
    }
    if algorithm.decidesSeeds, !hasBudget {
      conflicts.append(
        .init(
          option: nil, message: "'\(name)' goes on until a budget of epochs or of trials ends it"))
    }
    guard conflicts.isEmpty else { throw SearchConflicts(conflicts: conflicts) }
  }

  /// Returns how the method differs from an earlier one, by the names of the options: `seeds 1 → 3`.
  package func changes(from old: SearchMethod) -> [String] {
    func change<Value: Equatable>(_ name: String, _ value: (SearchMethod) -> Value) -> String? {
      let (before, now) = (value(old), value(self))
      return before == now ? nil : "\(name) \(before) → \(now)"
    }
    let points =
      old.points == points
      ? nil : "points \(old.points.count) → \(counted(self.points.count, "point"))"
    return [
      change("algo") { $0.algorithm.rawValue }, change("pruner") { $0.pruner.rawValue },
      change("min_epochs") { $0.minEpochs }, change("reduction_factor") { $0.reductionFactor },
      change("screen") { $0.screens }, change("seeds") { $0.seeds ?? 1 },
      change("confirm") { $0.confirmations }, points,
    ].compactMap { $0 }
  }
}
