import Literals

/// A checked configuration with room for the searched parameters.
///
/// A sweep makes one template, which gives the configuration of every trial:
///
///     let template = try ConfigurationTemplate(configFiles: "a.yaml", searched: parameters)
///     let trial = try template.configuration(with: [("interest_size", .integer(4))])
package struct ConfigurationTemplate: Sendable {
  private let layers: ConfigurationLayers
  private let searchedNames: Set<String>
  /// Notes and warnings about a configuration that can be used.
  package let notes: [Diagnostic]

  /// Reads the files that `paths` names and checks them, the command line and the search together.
  package init(
    configFiles paths: String = "", arguments: [String] = [], searched: [SearchedParameter] = []
  ) throws(InvalidInput) {
    var files: [ConfigurationFile] = []
    var diagnostics: [Diagnostic] = []
    do { files = try ConfigurationFile.load(paths) } catch { diagnostics += error.diagnostics }
    do { _ = try CommandLineOverrides(arguments) } catch { diagnostics += error.diagnostics }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
    try self.init(ConfigurationLayers(files: files, arguments: arguments), searched: searched)
  }

  /// Checks the values of a sweep's fixed configuration, as `fixedValues` gave them, together with
  /// others that win over them, such as the place of the data.
  package init(
    fixed: [String: Literal], overriding others: [String: Literal] = [:]
  ) throws(InvalidInput) {
    try self.init(ConfigurationLayers(values: fixed.merging(others) { $1 }))
  }

  /// Reports all unknown keys, all values that no trial can use, and all cells of the search that no
  /// trial can run.
  package init(
    _ layers: ConfigurationLayers, searched: [SearchedParameter] = []
  ) throws(InvalidInput) {
    self.layers = layers
    searchedNames = Set(searched.map(\.name))
    var check = ConfigurationCheck(layers: layers)
    check.checkFixedValues()
    check.checkSearch(searched)
    if check.errors.isEmpty { check.checkCells(searched) }
    guard check.errors.isEmpty else { throw InvalidInput(check.errors.diagnostics) }
    notes = check.notes(searched)
  }

  /// Returns why the trials of a search would have no scores to be compared by; nothing if they have.
  package func problemsOfScores(_ searched: [SearchedParameter]) -> [Diagnostic] {
    var check = ConfigurationCheck(layers: layers)
    check.checkScores(searched)
    return check.errors.diagnostics
  }

  /// The configuration of a trial with these values of the searched parameters.
  package func configuration(
    with parameters: [(name: String, value: Literal)] = []
  ) throws(InvalidInput) -> Configuration {
    let diagnostics = parameters.compactMap { parameter in
      ConfigurationKey.validate(
        name: parameter.name,
        value: ConfigurationLayers.configured(parameter.value, for: parameter.name)
      ).map { Diagnostic(.error, $0) }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
    let values = layers.values(with: parameters)
    let configuration = layers.configuration(of: values)
    let conflicts = ConfigurationConflict.all(in: configuration, values: values, layers: layers)
    guard conflicts.isEmpty else {
      throw InvalidInput(
        conflicts.map {
          Diagnostic(
            .error, at: layers.location(of: $0.key), $0.message,
            isUsage: layers.override($0.key) != nil)
        })
    }
    return configuration
  }

  /// The values, in RecBole's names, that are the same for all trials of the sweep.
  ///
  /// Two sweeps with equal values differ only in their data and their search. The values leave out
  /// `data_path`, because the place of the data does not change any number.
  ///
  /// - Parameter trial: the configuration of any trial.
  package func fixedValues(of trial: Configuration) -> [String: Literal] {
    trial.recBoleValues.filter { !searchedNames.contains($0.key) && $0.key != "data_path" }
  }

  /// Returns the value that a trial with this searched value has. A quoted list is a list.
  package static func configured(_ value: Literal, for name: String) -> Literal {
    ConfigurationLayers.configured(value, for: name)
  }
}

/// A parameter that a sweep varies, with the values that are checked before the sweep starts.
package struct SearchedParameter: Sendable {
  package let name: String
  package let location: SourceLocation
  /// The values of the parameter, or only the two extremes if the parameter is continuous or has very
  /// many values.
  package let candidates: [LocatedLiteral]
  /// The bounds of the parameter; nil if the search lists its values.
  package let interval: Interval?

  /// True if values are drawn from an interval of reals.
  var isContinuous: Bool { interval?.isContinuous ?? false }

  /// The bounds of a parameter whose values are not listed.
  package struct Interval: Sendable {
    /// The bounds in the form of the search: `uniform 0.0,1.0`.
    let text: String
    /// True if every real between the bounds may be drawn.
    let isContinuous: Bool
    /// Returns bounds between which every value is usable, in the same form; nil if there are none.
    let restricted: @Sendable (_ isUsable: (Literal) -> Bool) -> String?

    package init(
      _ text: String, isContinuous: Bool,
      restricted: @escaping @Sendable (_ isUsable: (Literal) -> Bool) -> String?
    ) {
      self.text = text
      self.isContinuous = isContinuous
      self.restricted = restricted
    }
  }

  package init(
    name: String, location: SourceLocation, candidates: [LocatedLiteral], interval: Interval?
  ) {
    self.name = name
    self.location = location
    self.candidates = candidates
    self.interval = interval
  }
}
