import Literals

/// The layers of a configuration in RecBole's own names and values.
///
/// A later layer wins key by key: RecBole's defaults, the data set's defaults, configuration files
/// in order, searched parameters, the command line. `ConfigurationTemplate` checks the layers and
/// makes typed configurations of them.
package struct ConfigurationLayers: Sendable {
  private let base: [String: Literal]
  private let overrides: [String: Literal]
  /// The entry of each key in the last file that has the key, in the order in which keys appear.
  let fileEntries: [ConfigurationFile.Entry]
  /// The keys of the command line, in the order in which they are written.
  let overriddenNames: [String]

  /// Refuses a command line that is not a list of `--key=value`, or that gives a key two values.
  package init(
    files: [ConfigurationFile] = [], arguments: [String] = []
  ) throws(InvalidInput) {
    let commandLine = try CommandLineOverrides(arguments)
    self.init(files: files, overrides: commandLine.values, names: commandLine.names)
  }

  /// The layers of values that win over all defaults.
  init(values: [String: Literal]) {
    self.init(files: [], overrides: values, names: values.keys.sorted())
  }

  private init(files: [ConfigurationFile], overrides: [String: Literal], names: [String]) {
    self.overrides = overrides
    overriddenNames = names

    var entries: [ConfigurationFile.Entry] = []
    var indices: [String: Int] = [:]
    for entry in files.flatMap(\.entries) {
      if let index = indices[entry.name] {
        entries[index] = entry
      } else {
        indices[entry.name] = entries.count
        entries.append(entry)
      }
    }
    fileEntries = entries

    let fileValues = Dictionary(entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var base = Dictionary(
      ConfigurationKey.all.map { ($0.name, $0.defaultValue) }, uniquingKeysWith: { $1 })
    let dataset = overrides["dataset"] ?? fileValues["dataset"] ?? base["dataset"] ?? .none
    base.merge(ConfigurationKey.datasetDefaults(dataset)) { $1 }
    base.merge(fileValues) { $1 }
    self.base = base
  }

  /// The value that RecBole would give each key in a trial with these parameters.
  ///
  /// A string among the parameters that the key does not take is read as on the command line, so that
  /// the quoted lists of `hyper.test` become lists.
  package func values(
    with parameters: [(name: String, value: Literal)] = []
  ) -> [String: Literal] {
    var values = base
    for parameter in parameters {
      values[parameter.name] = Self.configured(parameter.value, for: parameter.name)
    }
    values.merge(overrides) { $1 }

    for key in ConfigurationKey.all {
      if let resolve = key.resolve, let value = values[key.name] {
        values[key.name] = resolve(value)
      }
    }
    if case .string(let text)? = values["valid_metric"] {
      let kind = MetricKind(named: text.prefix { $0 != "@" })
      values["valid_metric_bigger"] = .bool(kind?.direction != .minimize)
    }
    return values
  }

  /// The typed configuration of checked values.
  func configuration(of values: [String: Literal]) -> Configuration {
    Configuration(values, loadsAllColumns: !isSet("load_col"))
  }

  /// The value of a key on the command line.
  func override(_ name: String) -> Literal? { overrides[name] }

  /// The place in a configuration file that sets a key.
  func location(of name: String) -> SourceLocation? {
    fileEntries.first { $0.name == name }?.location
  }

  /// True if a file or the command line sets the key.
  func isSet(_ name: String) -> Bool {
    overrides[name] != nil || fileEntries.contains { $0.name == name }
  }

  /// Reads a searched value as the configuration reads it: a string that the key does not take is a text
  /// of the command line.
  static func configured(_ value: Literal, for name: String) -> Literal {
    guard case .string(let text) = value, ConfigurationKey.named(name)?.problem(value) != nil else {
      return value
    }
    return CommandLineOverrides.read(text)
  }
}
