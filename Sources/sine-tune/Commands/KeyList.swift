import Literals
import Recommender
import Reports

/// RecBole's keys as `--help` lists them, made from the table that the configuration itself reads.
enum KeyList {
  static var text: String {
    let unsupported = Set(ConfigurationKey.unsupportedKeys.map(\.name))
    return ConfigurationKey.all
      .filter { $0.role == .used && !unsupported.contains($0.name) }
      .map { "  --\($0.name)=\(word($0.defaultValue))\n      \($0.summary)" }
      .joined(separator: "\n")
  }

  /// A value as it can be typed.
  private static func word(_ value: Literal) -> String {
    if case .string(let text) = value, ShellWord.quoted(text) == text { return text }
    let text = value.description
    return ShellWord.quoted(text) == text ? text : ShellWord.doubleQuoted(text)
  }
}
