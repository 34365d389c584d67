import Literals
import Recommender
import Synchronization

/// The data sets of a sweep, each loaded once and shared by all trials.
final class DatasetShelf: Sendable {
  private let datasets = Mutex<[DataConfiguration: Dataset]>([:])

  /// The data as a trial sees them.
  ///
  /// The lock is held while they are loaded: two trials that want the same should not both load it.
  func dataset(for configuration: DataConfiguration) throws(InvalidInput) -> Dataset {
    try load(configuration, progress: { _ in })
  }

  /// Loads what trials will need, says what there is to know about it, and returns the first.
  func load(
    _ configurations: [DataConfiguration], for trial: Configuration
  ) throws(InvalidInput) -> Dataset {
    var diagnostics: [Diagnostic] = []
    var first: Dataset?
    for configuration in configurations {
      do throws(InvalidInput) {
        let dataset = try load(configuration, progress: Console.progress)
        first = first ?? dataset
        diagnostics += dataset.warnings + trial.problems(itemCount: dataset.itemCount)
        if dataset === first {
          Console.progress(Format.line(dataset.statistics, name: configuration.dataset))
        }
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
    Console.report(diagnostics)
    return first
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
