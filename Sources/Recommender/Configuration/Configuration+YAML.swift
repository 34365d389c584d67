import Literals
import Yams

extension Configuration {
  /// The configuration as a file from which RecBole and this program read the same configuration.
  ///
  /// The file has a line `key: value` for each key, sorted by key.
  package func recBoleYAML() throws -> String {
    let lines = recBoleValues.sorted { $0.key < $1.key }
      .map { (Node($0.key), $0.value.yamlNode) }
    return try serialize(node: Node(lines), width: -1, allowUnicode: true)
  }
}

extension Literal {
  /// The value as a YAML node on one line, from which PyYAML and `PlainScalar` read the same value.
  fileprivate var yamlNode: Node {
    switch self {
    case .none: plain("~")
    case .bool(let value): plain(value ? "true" : "false")
    case .integer(let value): plain("\(value)")
    case .real(let value): plain(Self.spelling(of: value))
    case .string(let text): Node.scalar(Node.Scalar(text, .implicit, Self.style(of: text)))
    case .list(let values), .tuple(let values):
      Node.sequence(Node.Sequence(values.map(\.yamlNode), .implicit, .flow))
    case .dictionary(let entries):
      Node.mapping(
        Node.Mapping(
          entries.sorted { $0.key < $1.key }
            .map { (Literal.string($0.key).yamlNode, $0.value.yamlNode) }, .implicit, .flow))
    }
  }

  private func plain(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .plain)) }

  private static func spelling(of value: Double) -> String {
    if value.isFinite { return "\(value)" }
    if value.isNaN { return ".nan" }
    return value > 0 ? ".inf" : "-.inf"
  }

  /// Quotes a text that would be read as another value. The emitter itself quotes YAML's indicators.
  private static func style(of text: String) -> Node.Scalar.Style {
    // Only double quotes have escapes, which keep a line end within the line of its key.
    if text.unicodeScalars.contains(where: \.isUnprintable) { return .doubleQuoted }
    // YAML 1.1 also has dates and base-60 numbers, which PlainScalar reads as strings. Both begin
    // with a digit.
    let isWord = text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
    return isWord && (try? PlainScalar.resolve(text)) == .string(text) ? .plain : .singleQuoted
  }
}
