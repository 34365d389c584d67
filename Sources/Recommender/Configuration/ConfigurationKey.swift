import Literals

/// A key of RecBole's configuration: its name, default and meaning here.
///
/// The one place where RecBole's names are written; everything else speaks in typed properties.
package struct ConfigurationKey: Sendable {
  package enum Role: Hashable, Sendable {
    /// Decides something here.
    case used
    /// RecBole has it and nothing here depends on it; any value is accepted.
    case withoutEffect
  }

  package let name: String
  /// RecBole's default before any data set's own.
  package let defaultValue: Literal
  package let role: Role
  /// One line that says what the key is for.
  package let summary: String
  /// False for keys that decide how trials are compared or which data they share.
  package let isSearchable: Bool
  let kind: ValueKind

  init(
    _ name: String, _ kind: ValueKind, _ defaultValue: Literal, _ summary: String,
    searchable: Bool = true, role: Role = .used
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
    self.isSearchable = searchable && role == .used
    self.role = role
  }

  /// What the key takes, such as `an integer of at least 1`.
  package var takes: String { kind.phrase }
}

extension ConfigurationKey {
  /// Every key that is known, in the order in which help lists them.
  package static let all: [ConfigurationKey] =
    modelKeys + trainingKeys + evaluationKeys + dataKeys + unsupportedKeys + keysWithoutEffect

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  package static func named(_ name: String) -> ConfigurationKey? { byName[name] }

  /// What is wrong with a value of a key, as a whole message; nil where it can be used.
  ///
  /// - Parameter label: how the user wrote the name, where that differs: `--epochs`.
  package static func validate(
    name: String, value: Literal, label: String? = nil
  ) -> String? {
    let prefix = label == nil ? "" : "--"
    guard let key = named(name) else {
      let near = Suggestion.closest(to: name, among: all.map(\.name))
      return "unknown parameter '\(label ?? name)'"
        + (near.map { "; did you mean '\(prefix)\($0)'" } ?? "")
    }
    return key.kind.problem(value).map { "'\(label ?? name)' \($0)" }
  }
}
