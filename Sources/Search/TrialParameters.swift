import Literals

/// The searched values of one trial, in the order in which the space names its parameters.
package struct TrialParameters: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let value: Literal

    package init(name: String, value: Literal) {
      self.name = name
      self.value = value
    }
  }

  package let entries: [Entry]

  package init(_ entries: [Entry]) {
    self.entries = entries
  }

  package subscript(name: String) -> Literal? {
    entries.first { $0.name == name }?.value
  }
}

extension TrialParameters: CustomStringConvertible {
  /// RecBole's form, names sorted: `interest_size:4, learning_rate:0.01`.
  package var description: String {
    entries.sorted { $0.name < $1.name }
      .map { entry in
        if case .string(let text) = entry.value { return "\(entry.name):\(text)" }
        return "\(entry.name):\(entry.value)"
      }
      .joined(separator: ", ")
  }
}
