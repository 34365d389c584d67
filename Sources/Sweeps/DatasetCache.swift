import Literals
import Recommender
import Synchronization

/// The data sets of a sweep. Each is loaded once and shared by all trials.
package final class DatasetCache: Sendable {
  private let datasets = Mutex<[DataConfiguration: Dataset]>([:])

  package init() {}

  /// Returns the data of a configuration, and loads them if no trial has used them before.
  ///
  /// The lock is held during the loading, so that two trials never load the same data.
  package func dataset(for configuration: DataConfiguration) throws(InvalidInput) -> Dataset {
    try load(configuration, progress: { _ in })
  }

  /// The result of loading the data of a sweep.
  package struct Loaded {
    /// The data of the first configuration.
    package let first: Dataset
    /// Remarks about data that can be used all the same.
    package let warnings: [Diagnostic]
  }

  /// Loads the data that trials will need, and reports all errors in them together.
  ///
  /// - Parameters:
  ///   - trial: The configuration that the data have to fit.
  ///   - isSearch: True if trials are compared by their scores, for which the data need examples for
  ///     validation.
  ///   - progress: Takes a line about each step that takes long.
  package func load(
    _ configurations: [DataConfiguration], for trial: Configuration, isSearch: Bool = true,
    progress: (String) -> Void
  ) throws(InvalidInput) -> Loaded {
    var diagnostics: [Diagnostic] = []
    var first: Dataset?
    for configuration in configurations {
      do throws(InvalidInput) {
        let dataset = try load(configuration, progress: progress)
        first = first ?? dataset
        diagnostics += dataset.warnings + trial.problems(itemCount: dataset.itemCount)
        if isSearch { diagnostics += dataset.problemsOfSearch }
      } catch {
        diagnostics += error.diagnostics
      }
    }
    // Several views of one file have the same remarks.
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
