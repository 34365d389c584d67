import Literals

extension SearchSpace.Parameter {
  /// The most values that `candidates` lists.
  private static let maximumCandidates = 1000

  /// The values to check before a sweep begins: all of them, or the two extremes of a continuous
  /// domain and of one with very many values. Those that a file does not spell out lie at its name.
  package var candidates: [LocatedLiteral] {
    if case .choice(let values) = domain { return values }
    if let count = domain.count {
      let indices = count <= Self.maximumCandidates ? Array(0..<count) : [0, count - 1]
      return indices.map { LocatedLiteral(domain.value(at: $0), at: location) }
    }
    guard let bounds = domain.bounds else { return [] }
    return [bounds.low, bounds.high].map { LocatedLiteral(.real($0), at: location) }
  }

  /// True where the values are drawn from an interval.
  package var isContinuous: Bool { domain.count == nil }
}
