import Literals

/// The parameters that could be read from a `hyper.test` file, with their places, and the errors in the
/// rest of the file.
package struct ParsedSearchSpace: Hashable, Sendable {
  /// A parameter and the places of its name and of its values.
  package struct Parameter: Hashable, Sendable {
    package let parameter: SearchSpace.Parameter
    package let location: SourceLocation
    /// The place of the values.
    let valuesLocation: SourceLocation
    /// The values of a `choice`; empty for any other domain.
    let choices: [LocatedLiteral]

    /// The values to check before a sweep begins: all values, or the two extremes of a domain that is
    /// continuous or has more than 10,000 values.
    ///
    /// A value that is not written in the file has the place of the bounds.
    package var candidates: [LocatedLiteral] {
      if !choices.isEmpty { return choices }
      return parameter.domain.samples(atMost: Self.maximumCandidates)
        .map { LocatedLiteral($0, at: valuesLocation) }
    }

    /// True if the file lists the values themselves, and not bounds.
    package var listsValues: Bool { !choices.isEmpty }

    private static let maximumCandidates = 10_000
  }

  /// The name on a line that is wrong behind the name.
  package struct UnreadName: Hashable, Sendable {
    package let name: String
    package let location: SourceLocation
  }

  package let parameters: [Parameter]
  package let unread: [UnreadName]
  package let errors: [Diagnostic]
  /// Remarks about a space that can be searched all the same.
  package let warnings: [Diagnostic]

  /// Returns the space, or throws all errors of the file.
  package func space() throws(InvalidInput) -> SearchSpace {
    guard errors.isEmpty else { throw InvalidInput(errors) }
    return SearchSpace(parameters.map(\.parameter))
  }

  /// Returns the place of a parameter's name; nil if there is no such parameter.
  package func location(of name: String) -> SourceLocation? {
    parameters.first { $0.parameter.name == name }?.location
  }
}
