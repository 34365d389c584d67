import Literals

/// One configuration of the searched parameters, in the order of the search space.
///
/// The training seed is not part of a point. A point with a seed is a `Trial`.
package struct Point: Hashable, Sendable {
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

  /// The value of a parameter; nil if the point has no parameter of this name.
  package subscript(name: String) -> Literal? {
    entries.first { $0.name == name }?.value
  }

  /// Returns the point with another value for one of its parameters.
  package func replacing(_ name: String, by value: Literal) -> Point {
    Point(entries.map { $0.name == name ? Entry(name: name, value: value) : $0 })
  }
}

extension Point: CustomStringConvertible {
  /// The point in RecBole's form, with the names sorted: `interest_size:4, learning_rate:0.01`.
  package var description: String {
    entries.sorted { $0.name < $1.name }
      .map { entry in
        if case .string(let text) = entry.value { return "\(entry.name):\(text)" }
        return "\(entry.name):\(entry.value)"
      }
      .joined(separator: ", ")
  }
}

extension Point.Entry: Codable {
  private enum CodingKeys: CodingKey {
    case name, value
  }

  /// Encodes the value as a Python literal, which tells 4 from 4.0 and a tuple from a list.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(value.description, forKey: .value)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .value)
    do {
      value = try Literal(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: container, debugDescription: "'\(text)' is not a Python literal")
    }
    name = try container.decode(String.self, forKey: .name)
  }
}

extension Point: Codable {
  package func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }
  package init(from decoder: any Decoder) throws { entries = try [Entry](from: decoder) }
}
