import Literals
import Yams

extension Literal {
  /// The value as a YAML node on one line, which PyYAML and `PlainScalar` read back as the same.
  var yamlNode: Node {
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

  /// Quotes what would read as something else; the emitter itself quotes YAML's indicators.
  private static func style(of text: String) -> Node.Scalar.Style {
    // YAML 1.1 has dates and base-60 numbers besides what PlainScalar knows; all begin with a digit.
    let isWord = text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
    return isWord && (try? PlainScalar.resolve(text)) == .string(text) ? .plain : .singleQuoted
  }
}
