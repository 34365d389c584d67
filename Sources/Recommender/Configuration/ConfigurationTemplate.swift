import Literals

/// A checked configuration with room for the searched parameters: made once for a sweep, it gives
/// the configuration of every trial.
package struct ConfigurationTemplate: Sendable {
  private let layers: ConfigurationLayers
  private let searchedNames: Set<String>
  /// What a user should know about a configuration that can be used nevertheless.
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

  /// Refuses unknown keys, values that no trial could use, and cells of the search that no trial
  /// could run; reports all of them.
  package init(
    _ layers: ConfigurationLayers, searched: [SearchedParameter] = []
  ) throws(InvalidInput) {
    self.layers = layers
    searchedNames = Set(searched.map(\.name))
    var check = ConfigurationCheck(layers: layers)
    check.checkFixedValues()
    check.checkSearch(searched)
    if check.errors.isEmpty { check.checkCells(searched) }
    guard check.errors.isEmpty else { throw InvalidInput(check.errors) }
    notes = check.notes(searched)
  }

  /// The configuration of a trial with these values of the searched parameters.
  package func configuration(
    with parameters: [(name: String, value: Literal)] = []
  ) throws(InvalidInput) -> Configuration {
    let diagnostics = parameters.compactMap { parameter in
      ConfigurationKey.validate(
        name: parameter.name, value: ConfigurationLayers.configured(parameter.value)
      ).map { Diagnostic(.error, $0) }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
    let values = layers.values(with: parameters)
    let conflicts = ConfigurationConflict.all(in: values, layers: layers)
    guard conflicts.isEmpty else {
      throw InvalidInput(
        conflicts.map { Diagnostic(.error, at: layers.location(of: $0.key), $0.message) })
    }
    return Configuration(values, loadsAllColumns: !layers.isSet("load_col"))
  }

  /// What all trials have in common of the configuration of any of them, in RecBole's names: two
  /// sweeps with equal values differ in nothing but their data and their search. Leaves out
  /// `data_path`, which says where the data lies and not what it is.
  package func fixedValues(of trial: Configuration) -> [String: Literal] {
    trial.recBoleValues.filter { !searchedNames.contains($0.key) && $0.key != "data_path" }
  }
}
