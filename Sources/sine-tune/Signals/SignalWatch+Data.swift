import Literals
import Recommender
import Reports
import Sweeps

extension SignalWatch {
  /// Downloads the data that are missing and can be downloaded, and returns whether there were any.
  ///
  /// A signal ends the download, and then the process, without leaving a file or a child process behind.
  @discardableResult
  func fetch(_ configurations: [DataConfiguration]) throws(InvalidInput) -> Bool {
    try deferringExit { isCancelled throws(InvalidInput) in
      let download = MovieLensDownload(isCancelled: isCancelled)
      var wasFetched = false
      for configuration in configurations {
        let isNew = try Dataset.fetch(
          configuration, download: download, progress: Console.progress)
        wasFetched = wasFetched || isNew
      }
      return wasFetched
    }
  }

  /// Fetches and loads the data of a configuration, and writes their size and the remarks about them.
  func load(_ configuration: Configuration) throws(InvalidInput) -> Dataset {
    try load([configuration.data], for: configuration, isSearch: false, in: DatasetCache())
  }

  /// Fetches and loads all data that the trials of a sweep need, and returns those of the first trial.
  func load(
    _ configurations: [DataConfiguration], for trial: Configuration, isSearch: Bool = true,
    in cache: DatasetCache
  ) throws(InvalidInput) -> Dataset {
    try fetch(configurations)
    let loaded = try cache.load(
      configurations, for: trial, isSearch: isSearch, progress: Console.progress)
    if let name = configurations.first?.dataset {
      Console.progress(Self.line(loaded.first.statistics, name: name))
    }
    Console.report(loaded.warnings)
    return loaded.first
  }

  /// Returns the size of a data set as a line.
  static func line(_ statistics: DatasetStatistics, name: String) -> String {
    "data \(name): \(counted(statistics.users, "user")), \(counted(statistics.items, "item")), "
      + "\(counted(statistics.interactions, "interaction")), examples: \(statistics.train) training, "
      + "\(statistics.valid) validation, \(statistics.test) test"
  }
}
