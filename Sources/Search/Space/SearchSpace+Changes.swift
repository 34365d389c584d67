import Literals

extension SearchSpace {
  /// Says how the space differs from an earlier one with the same parameters, in a text for each parameter
  /// that does: `learning_rate without 0.1, with 0.5`. Another order of the values is no difference.
  package func changes(from old: SearchSpace) -> [String] {
    parameters.compactMap { parameter in
      guard let before = old[parameter.name], before != parameter.domain else { return nil }
      guard case .choice(let values) = parameter.domain, case .choice(let earlier) = before else {
        return "\(parameter.name) \(parameter.domain.spelling), was \(before.spelling)"
      }
      let parts = [
        ("without", earlier, Set(values)), ("with", values, Set(earlier)),
      ].compactMap { word, values, others in
        let changed = values.filter { !others.contains($0) }
        return changed.isEmpty ? nil : "\(word) \(Self.list(changed))"
      }
      return parts.isEmpty ? nil : "\(parameter.name) " + parts.joined(separator: ", ")
    }
  }

  /// The most values that a message lists.
  private static let mostListed = 5

  private static func list(_ values: [Literal]) -> String {
    let shown = values.prefix(mostListed).map(\.excerpt).joined(separator: " ")
    return values.count > mostListed ? "\(shown) and \(values.count - mostListed) more" : shown
  }
}
