import Literals

/// What could be read of a search space, and everything that is wrong with the rest.
package struct SearchSpaceDraft: Hashable, Sendable {
  /// The name on a line whose values could not be read.
  package struct Name: Hashable, Sendable {
    package let name: String
    package let location: SourceLocation
  }

  package let parameters: [SearchSpace.Parameter]
  package let unread: [Name]
  package let errors: [Diagnostic]
  package let warnings: [Diagnostic]

  /// The space, where nothing is wrong.
  package func space() throws(InvalidInput) -> SearchSpace {
    guard errors.isEmpty else { throw InvalidInput(errors) }
    return SearchSpace(parameters, warnings: warnings)
  }
}
