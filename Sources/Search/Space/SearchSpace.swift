import Literals
import Trials

/// The parameters that a sweep varies, as RecBole's `hyper.test` lists them.
package struct SearchSpace: Hashable, Sendable {
  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let domain: Domain

    package init(name: String, domain: Domain) {
      self.name = name
      self.domain = domain
    }
  }

  package let parameters: [Parameter]
  /// Finds the index of a value, for each parameter.
  private let indices: [DomainIndex]

  package init(_ parameters: [Parameter]) {
    self.parameters = parameters
    indices = parameters.map { DomainIndex($0.domain) }
  }

  package static func == (one: SearchSpace, other: SearchSpace) -> Bool {
    one.parameters == other.parameters
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(parameters)
  }

  /// The domain of a parameter; nil if the space has no parameter of this name.
  package subscript(name: String) -> Domain? {
    parameters.first { $0.name == name }?.domain
  }

  /// Returns the space without one of its parameters.
  package func removing(_ name: String) -> SearchSpace {
    SearchSpace(parameters.filter { $0.name != name })
  }

  /// True if every parameter has finitely many values.
  package var isDiscrete: Bool { parameters.allSatisfy { $0.domain.count != nil } }

  /// The number of cells of the grid; nil if a parameter is continuous or the number overflows an Int.
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

  /// Returns whether a point has the parameters of the space and each value lies in its domain.
  package func contains(_ point: Point) -> Bool {
    point.entries.count == parameters.count
      && parameters.indices.allSatisfy { place in
        point[parameters[place].name].map(indices[place].contains) ?? false
      }
  }

  /// Returns whether the parameter at a place can take a value.
  package func contains(_ value: Literal, at place: Int) -> Bool {
    indices[place].contains(value)
  }

  /// Returns the index of a value of the parameter at a place; nil if the parameter is continuous or
  /// cannot take the value.
  ///
  /// - Complexity: O(1), however many values the parameter has.
  func index(of value: Literal, at place: Int) -> Int? {
    indices[place].index(of: value)
  }
}

extension SearchSpace: CustomStringConvertible {
  /// The space in the form of `hyper.test`, without comments and with values in one spelling. Equal spaces
  /// have equal texts.
  package var description: String {
    parameters.map { "\($0.name) \($0.domain)" }.joined(separator: "\n")
  }
}
