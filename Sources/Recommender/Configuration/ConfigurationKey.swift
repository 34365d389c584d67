import Literals

/// A key of RecBole's configuration: its name, kind, default, meaning and property.
///
/// The configuration is read, checked, written and explained from these entries. To add a key, add
/// its property with the default, and one entry beside it:
///
///     ConfigurationKey(
///       "interest_size", .integer(1...65_536), \.model.interestSize,
///       "number of interests of a user, at most prototype_size"),
package struct ConfigurationKey: Sendable {
  package enum Role: Hashable, Sendable {
    /// Something here depends on the key.
    case used
    /// RecBole has the key, but nothing here depends on it. Any value is accepted.
    case withoutEffect
  }

  package let name: String
  /// RecBole's default for a data set without defaults of its own.
  package let defaultValue: Literal
  /// The default as help shows it, so that it can be written on a command line.
  package let shownValue: Literal
  package let role: Role
  /// One line that says what the key is for.
  package let summary: String
  /// False if the key decides how trials are compared or which data they share.
  let isSearchable: Bool
  /// The values that the key takes, such as `an integer of at least 1`.
  let takes: String
  /// True if a search can draw values of the key from an interval.
  let isContinuous: Bool
  /// Explains what is wrong with a value, and completes "'epochs' …". The result is nil if the value
  /// can be used.
  let problem: @Sendable (Literal) -> String?
  /// Brings a value into the form in which RecBole uses it. The function is nil if RecBole uses values
  /// as they are.
  let resolve: (@Sendable (Literal) -> Literal)?
  /// Puts a value into a configuration. A value with a problem changes nothing.
  let read: @Sendable (Literal, inout Configuration) -> Void
  /// Gives the value that a written configuration has, nil if it leaves out the key.
  let write: @Sendable (Configuration) -> Literal?

  /// Makes a key for a property.
  ///
  /// - Parameters:
  ///   - defaultValue: RecBole's default if it differs from the property's.
  ///   - shownValue: the value that help shows if the default cannot be used.
  ///   - isRecBoles: false if RecBole lacks the key. Its default is then not written.
  init<Value>(
    _ name: String, _ kind: ValueKind<Value>,
    _ property: any WritableKeyPath<Configuration, Value> & Sendable, _ summary: String,
    default defaultValue: Literal? = nil, shown shownValue: Literal? = nil,
    isSearchable: Bool = true, isRecBoles: Bool = true
  ) {
    let ownDefault = kind.write(Configuration()[keyPath: property])
    self.name = name
    self.defaultValue = defaultValue ?? ownDefault
    self.shownValue = shownValue ?? self.defaultValue
    self.role = .used
    self.summary = summary
    self.isSearchable = isSearchable
    takes = kind.phrase
    isContinuous = kind.isContinuous
    problem = kind.problem
    resolve = kind.resolve
    read = { literal, configuration in
      guard let value = try? kind.read(literal) else { return }
      configuration[keyPath: property] = value
    }
    write = { configuration in
      let value = kind.write(configuration[keyPath: property])
      return isRecBoles || value != ownDefault ? value : nil
    }
  }

  /// Makes a key without a property, because only one value is supported or nothing depends on it.
  init(
    _ name: String, _ kind: ValueKind<Void>, _ summary: String,
    default defaultValue: Literal? = nil, role: Role = .used, isWritten: Bool = false
  ) {
    let value = defaultValue ?? kind.write(())
    self.name = name
    self.defaultValue = value
    shownValue = value
    self.role = role
    self.summary = summary
    isSearchable = false
    takes = kind.phrase
    isContinuous = kind.isContinuous
    problem = kind.problem
    resolve = kind.resolve
    read = { _, _ in }
    write = { _ in isWritten ? value : nil }
  }
}

extension ConfigurationKey {
  /// Returns one literal for all literals that mean the same value of the key: 1 and 1.0 for a real.
  func meaning(of value: Literal) -> Literal {
    var configuration = Configuration()
    read(value, &configuration)
    return write(configuration)?.canonical ?? .none
  }

  /// Every key that is known, in the order in which help lists them.
  package static let all: [ConfigurationKey] =
    modelKeys + trainingKeys + evaluationKeys + dataKeys + unsupportedKeys + keysWithoutEffect

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// The training seed, which is never part of a searched point.
  package static let seed = "seed"

  package static func named(_ name: String) -> ConfigurationKey? { byName[name] }

  /// Returns a message about what is wrong with a value of a key, or nil if the value can be used.
  ///
  /// - Parameter label: the name as the user wrote it, such as `--epochs`, if that differs from `name`.
  package static func validate(
    name: String, value: Literal, label: String? = nil
  ) -> String? {
    let prefix = label == nil ? "" : "--"
    guard let key = named(name) else {
      let near = Suggestion.closest(to: name, among: all.map(\.name))
      return "unknown parameter \((label ?? name).quotedExcerpt)"
        + (near.map { "; did you mean '\(prefix)\($0)'" } ?? "")
    }
    return key.problem(value).map { "'\(label ?? name)' \($0)" }
  }
}
