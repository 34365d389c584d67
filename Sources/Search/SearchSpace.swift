import Literals

/// The parameters that a sweep varies, as RecBole's `hyper.test` lists them.
package struct SearchSpace: Hashable, Sendable {
  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let domain: Domain
    /// Where the parameter's name stands.
    package let location: SourceLocation

    package init(name: String, domain: Domain, location: SourceLocation) {
      self.name = name
      self.domain = domain
      self.location = location
    }
  }

  package let parameters: [Parameter]
  /// What a user should know about a space that can be searched nevertheless.
  package let warnings: [Diagnostic]

  package init(_ parameters: [Parameter], warnings: [Diagnostic] = []) {
    self.parameters = parameters
    self.warnings = warnings
  }

  /// True where every parameter has finitely many values, so that the grid can be enumerated.
  package var isDiscrete: Bool { parameters.allSatisfy { $0.domain.count != nil } }

  /// The cells of the grid; nil for a continuous space and beyond what an Int can count.
  package var cellCount: Int? {
    var product = 1
    for parameter in parameters {
      guard let count = parameter.domain.count else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// The exhaustive grid of a discrete space, random draws for any other.
  package func sampler(seed: UInt64) throws(InvalidInput) -> any Sampler {
    isDiscrete
      ? try GridSampler(space: self, seed: seed) : RandomSampler(space: self, seed: seed)
  }
}

extension SearchSpace: CustomStringConvertible {
  /// The space in RecBole's own form, one line a parameter, with values written canonically: equal
  /// texts are equal searches, whatever blanks and comments the file had.
  package var description: String {
    parameters.map { "\($0.name) \($0.domain)" }.joined(separator: "\n")
  }
}
