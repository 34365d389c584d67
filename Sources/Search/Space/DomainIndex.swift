import Literals

/// Finds values of a domain. A `choice` may list a hundred thousand values, and a sweep looks for one of
/// them at every decision.
struct DomainIndex: Sendable {
  private let domain: Domain
  /// The indices of the values of a `choice`; nil for any other domain.
  private let choices: [Literal: Int]?

  init(_ domain: Domain) {
    self.domain = domain
    choices =
      if case .choice(let values) = domain {
        Dictionary(zip(values, values.indices), uniquingKeysWith: { first, _ in first })
      } else {
        nil
      }
  }

  /// Returns the index of a value; nil if the domain does not contain it or is continuous.
  func index(of value: Literal) -> Int? {
    if let choices { choices[value] } else { domain.index(of: value) }
  }

  /// Returns whether the parameter can take the value.
  func contains(_ value: Literal) -> Bool {
    if let choices { choices[value] != nil } else { domain.contains(value) }
  }
}
