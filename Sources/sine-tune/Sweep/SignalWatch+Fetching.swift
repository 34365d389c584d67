import Literals
import Recommender

extension SignalWatch {
  /// Fetches the data that are missing and can be fetched, and tells whether there were any.
  ///
  /// A signal ends that, and leaves neither a process nor a file behind.
  @discardableResult
  func fetch(_ configurations: [DataConfiguration]) throws(InvalidInput) -> Bool {
    try holding { isCancelled throws(InvalidInput) in
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
}
