import Literals
import Recommender
import Synchronization

/// The data sets of a sweep, each loaded once and shared by all trials.
package final class DatasetCache: Sendable {
  private let datasets = Mutex<[DataConfiguration: Dataset]>([:])

  package init() {}

  /// The data as a trial sees them.
  ///
  /// The lock is held while they are loaded: two trials that want the same should not both load it.
  package func dataset(for configuration: DataConfiguration) throws(InvalidInput) -> Dataset {
    try load(configuration, progress: { _ in })
  }

  /// What was loaded for the trials of a sweep.
  package struct Loaded {
    /// The data of the first configuration.
    package let first: Dataset
    /// What there is to know about the data although they can be used.
    package let warnings: [Diagnostic]
  }

  /// Loads what trials will need, and reports everything that is wrong with any of it.
  ///
  /// - Parameter progress: Told of what takes long.
  package func load(
    _ configurations: [DataConfiguration], for trial: Configuration,
    progress: (String) -> Void
  ) throws(InvalidInput) -> Loaded {
    var diagnostics: [Diagnostic] = []
    var first: Dataset?
    for configuration in configurations {
      do throws(InvalidInput) {
        let dataset = try load(configuration, progress: progress)
        first = first ?? dataset
        diagnostics += dataset.warnings + trial.problems(itemCount: dataset.itemCount)
      } catch {
        diagnostics += error.diagnostics
      }
    }
    // Views of one file have the same to say.
    var said: Set<Diagnostic> = []
    diagnostics = diagnostics.filter { said.insert($0).inserted }
    guard let first, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw InvalidInput(diagnostics)
    }
    return Loaded(first: first, warnings: diagnostics)
  }

  private func load(
    _ configuration: DataConfiguration, progress: (String) -> Void
  ) throws(InvalidInput) -> Dataset {
    try datasets.withLock { datasets throws(InvalidInput) in
      if let known = datasets[configuration] { return known }
      let dataset = try Dataset.load(configuration, progress: progress)
      datasets[configuration] = dataset
      return dataset
    }
  }
}
