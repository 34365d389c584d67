import Literals

/// The layers of a configuration, later ones winning key by key: RecBole's defaults, those of the
/// data set, configuration files in order, searched parameters, the command line.
///
/// This is the view in RecBole's own names and values. `ConfigurationTemplate` checks it and makes
/// typed configurations of it.
package struct ConfigurationLayers: Sendable {
  private let base: [String: Literal]
  private let overrides: [String: Literal]
  /// The keys of all files, the last file's entry for each, in the order of their appearance.
  let fileEntries: [ConfigurationFile.Entry]
  /// The keys of the command line in its order.
  let overriddenNames: [String]

  /// Refuses a command line that is no list of `--key=value` or says two things about one key.
  package init(
    files: [ConfigurationFile] = [], arguments: [String] = []
  ) throws(InvalidInput) {
    let commandLine = try CommandLineOverrides(arguments)
    overrides = commandLine.values
    overriddenNames = commandLine.names

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

  /// All keys with the values that RecBole would give them, for a trial with these parameters.
  ///
  /// A string among the parameters is read as the command line reads it, so that the quoted lists of
  /// `hyper.test` become lists.
  package func values(
    with parameters: [(name: String, value: Literal)] = []
  ) -> [String: Literal] {
    var values = base
    for parameter in parameters { values[parameter.name] = Self.configured(parameter.value) }
    values.merge(overrides) { $1 }

    if case .string(let text)? = values["model"], text.lowercased() == "sine" {
      values["model"] = .string("SINE")
    }
    if case .string? = values["metrics"] { values["metrics"] = .list([values["metrics"] ?? .none]) }
    switch values["topk"] {
    case .integer?: values["topk"] = .list([values["topk"] ?? .none])
    case .tuple(let cutoffs)?: values["topk"] = .list(cutoffs)
    default: break
    }
    values["eval_args"] = EvaluationArguments.resolve(values["eval_args"] ?? .none)
    values["train_neg_sample_args"] =
      NegativeSampling.resolve(values["train_neg_sample_args"] ?? .none)
    if case .string(let text)? = values["valid_metric"] {
      let name = text.prefix { $0 != "@" }.lowercased()
      values["valid_metric_bigger"] = .bool(MetricKind(rawValue: name)?.direction != .minimize)
    }
    return values
  }

  /// The value of a key on the command line.
  func override(_ name: String) -> Literal? { overrides[name] }

  /// Where a configuration file sets a key.
  func location(of name: String) -> SourceLocation? {
    fileEntries.first { $0.name == name }?.location
  }

  /// True where a file or the command line sets the key.
  func isSet(_ name: String) -> Bool {
    overrides[name] != nil || fileEntries.contains { $0.name == name }
  }

  /// What a searched value means to the configuration.
  static func configured(_ value: Literal) -> Literal {
    if case .string(let text) = value { CommandLineOverrides.read(text) } else { value }
  }
}
