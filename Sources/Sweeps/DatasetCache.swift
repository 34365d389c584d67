import Literals
import Recommender
import Synchronization

/// The data sets of a sweep. Each is made when a trial needs it, shared by all trials that need it at the
/// time, and dropped when the last of them has ended. The one that was asked for last stays.
package final class DatasetCache: Sendable {
  private struct WeakDataset: Sendable {
    weak var dataset: Dataset?
  }

  private struct State {
    var views = DatasetViews()
    var last: (key: DataConfiguration, dataset: Dataset)?
    var shared: [DataConfiguration: WeakDataset] = [:]
    /// The sizes of all data that were looked at, by their keys without MAX_ITEM_LIST_LENGTH.
    var sizes: [DataConfiguration: DatasetSize] = [:]
    /// True if trials need more than one data set.
    var areSeveral = false
  }

  private let state = Mutex(State())

  package init() {}

  /// Returns the data of a configuration, and makes them if no trial is using them.
  ///
  /// The lock is held meanwhile, so that two trials never make the same data.
  package func dataset(for configuration: DataConfiguration) throws(InvalidInput) -> Dataset {
    try load(configuration, progress: { _ in })
  }

  /// Returns the size of the data of a configuration. They are made only if no data have been looked at
  /// that differ from them in MAX_ITEM_LIST_LENGTH alone.
  func size(of configuration: DataConfiguration) throws(InvalidInput) -> DatasetSize {
    let known = state.withLock { state in
      if let last = state.last, last.key != configuration { state.areSeveral = true }
      return state.sizes[configuration.withoutListLength]
    }
    var size = if let known { known } else { try dataset(for: configuration).size }
    size.maxItemListLength = configuration.maxItemListLength
    return size
  }

  /// Returns the bytes that the data of a trial count in its memory: nothing if all trials share one
  /// data set, which is there before the first trial.
  func countedBytes(of size: DatasetSize) -> Double {
    state.withLock { $0.areSeveral ? size.bytes : 0 }
  }

  /// The result of looking at the data of a sweep.
  package struct Loaded {
    /// The data of the first configuration.
    package let first: Dataset
    /// Remarks about data that can be used all the same.
    package let warnings: [Diagnostic]
  }

  /// Looks at the data that trials will need, one after the other, and reports all errors in them
  /// together. The first ones stay.
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
    try state.withLock { state throws(InvalidInput) in
      if let last = state.last, last.key == configuration { return last.dataset }
      if state.last != nil { state.areSeveral = true }
      let dataset =
        if let known = state.shared[configuration]?.dataset { known } else {
          try state.views.dataset(for: configuration, progress: progress)
        }
      // An entry of data that are gone is a few words; thousands of them are not worth keeping.
      if state.shared.count > 1_000 { state.shared = state.shared.filter { $1.dataset != nil } }
      state.shared[configuration] = WeakDataset(dataset: dataset)
      state.sizes[configuration.withoutListLength] = dataset.size
      state.last = (configuration, dataset)
      return dataset
    }
  }
}
