import Literals

/// Everything that decides a trial's numbers, resolved from RecBole's keys.
package struct Configuration: Hashable, Sendable {
  package var data = DataConfiguration()
  package var model = ModelConfiguration()
  package var training = TrainingConfiguration()
  package var evaluation = EvaluationConfiguration()

  package init() {}
}

// MARK: - RecBole's names

extension Configuration {
  /// Reads values in RecBole's names, which have been checked.
  ///
  /// - Parameter loadsAllColumns: true if the user says nothing about columns. RecBole's default
  ///   then leaves out the times, and a sequential model fails without times. Here all columns are
  ///   loaded.
  init(_ values: [String: Literal], loadsAllColumns: Bool) {
    self.init()
    for key in ConfigurationKey.all {
      if let value = values[key.name] { key.read(value, &self) }
    }
    if loadsAllColumns { data.loadedColumns = nil }
  }

  /// The configuration in RecBole's names and values.
  package var recBoleValues: [String: Literal] {
    var values: [String: Literal] = [:]
    for key in ConfigurationKey.all { values[key.name] = key.write(self) }
    return values
  }
}
