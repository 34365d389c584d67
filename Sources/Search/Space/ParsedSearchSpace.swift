import Literals

/// What could be read of a `hyper.test` file, with the places where everything stands, and all that
/// is wrong with the rest.
package struct ParsedSearchSpace: Hashable, Sendable {
  /// A parameter and the places of its name and of its values.
  package struct Parameter: Hashable, Sendable {
    package let parameter: SearchSpace.Parameter
    package let location: SourceLocation
    /// The values of a `choice`; empty for any other domain.
    let choices: [LocatedLiteral]

    /// The values to check before a sweep begins: all of them, or the two extremes of a domain that
    /// is continuous or has very many values. A value that the file does not spell out has the
    /// place of the parameter's name.
    package var candidates: [LocatedLiteral] {
      if !choices.isEmpty { return choices }
      return parameter.domain.samples(atMost: Self.maximumCandidates)
        .map { LocatedLiteral($0, at: location) }
    }

    private static let maximumCandidates = 10_000
  }

  /// The name on a line whose values could not be read.
  package struct UnreadName: Hashable, Sendable {
    package let name: String
    package let location: SourceLocation
  }

  package let parameters: [Parameter]
  package let unread: [UnreadName]
  package let errors: [Diagnostic]
  /// What a user should know about a space that can be searched nevertheless.
  package let warnings: [Diagnostic]

  /// The space, if nothing is wrong with it.
  package func space() throws(InvalidInput) -> SearchSpace {
    guard errors.isEmpty else { throw InvalidInput(errors) }
    return SearchSpace(parameters.map(\.parameter))
  }

  /// The place of a parameter's name.
  package func location(of name: String) -> SourceLocation? {
    parameters.first { $0.parameter.name == name }?.location
  }
}
