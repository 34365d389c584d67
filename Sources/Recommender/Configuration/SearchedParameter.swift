import Literals

/// A parameter that a sweep varies, with the values to check before it starts.
package struct SearchedParameter: Sendable {
  package let name: String
  package let location: SourceLocation
  /// The values of the parameter; of a continuous one, or one with very many, the two extremes.
  package let candidates: [LocatedLiteral]
  /// True where values are drawn from an interval.
  package let isContinuous: Bool

  package init(
    name: String, location: SourceLocation, candidates: [LocatedLiteral], isContinuous: Bool
  ) {
    self.name = name
    self.location = location
    self.candidates = candidates
    self.isContinuous = isContinuous
  }
}
