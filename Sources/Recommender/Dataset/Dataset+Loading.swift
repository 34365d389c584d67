import Foundation
import Literals

extension Dataset {
  /// Returns whether `load` fetches the file first.
  package static func isFetchedFirst(_ configuration: DataConfiguration) -> Bool {
    configuration.dataset == MovieLensDownload.name && DatasetFile(configuration) == nil
  }

  /// Fetches the file of ml-100k if the configuration names this data set and the file is missing.
  /// Returns true if it has fetched the file.
  @discardableResult
  package static func fetch(
    _ configuration: DataConfiguration, download: MovieLensDownload = MovieLensDownload(),
    progress: (String) -> Void = { _ in }
  ) throws(InvalidInput) -> Bool {
    guard isFetchedFirst(configuration) else { return false }
    try download.fetch(
      to: path(ofDataset: configuration.dataset, in: configuration.dataPath), progress: progress)
    return true
  }

  /// Loads `<data_path>/<dataset>/<dataset>.inter`, or `<dataset>.inter.gz` if only this file exists.
  ///
  /// Two data sets need no file: `ml-100k` is fetched on first use, and `synthetic` is generated.
  /// `progress` is called with a message before and after a download; nothing is printed here.
  package static func load(
    _ configuration: DataConfiguration, download: MovieLensDownload = MovieLensDownload(),
    progress: (String) -> Void = { _ in }
  ) throws(InvalidInput) -> Dataset {
    let source = try source(of: configuration, download: download, progress: progress)
    return try parse(
      source.data, file: source.file, source.configuration, notes: source.notes)
  }

  /// Reads the rows of `<data_path>/<dataset>/<dataset>.inter` and no more.
  static func log(of configuration: DataConfiguration) throws(InvalidInput) -> InteractionLog {
    let source = try source(of: configuration)
    return try InteractionLog(
      source.data, file: source.file, source.configuration, notes: source.notes)
  }

  private typealias Source = (
    data: Data, file: String, configuration: DataConfiguration, notes: [Diagnostic]
  )

  /// Returns the bytes of a data set, its name in messages, how it is read, and remarks about its file.
  private static func source(
    of configuration: DataConfiguration, download: MovieLensDownload = MovieLensDownload(),
    progress: (String) -> Void = { _ in }
  ) throws(InvalidInput) -> Source {
    let name = configuration.dataset
    guard !name.isEmpty else { throw InvalidInput("'dataset' names a data set, found ''") }
    try fetch(configuration, download: download, progress: progress)
    guard let file = DatasetFile(configuration) else {
      guard name == SyntheticInteractions.name else {
        throw MissingDataset(configuration).error
      }
      var configuration = configuration
      configuration.fieldSeparator = "\t"
      return (SyntheticInteractions().atomicFile(configuration), name, configuration, [])
    }
    return (try DataFile.contents(ofFile: file.path), file.path, configuration, file.notes)
  }

  /// Loads one atomic file, whatever its name.
  package static func load(
    atPath file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) -> Dataset {
    try parse(try DataFile.contents(ofFile: file), file: file, configuration)
  }

  /// `<data_path>/<dataset>/<dataset>.inter`, as the user wrote the path.
  package static func path(ofDataset name: String, in dataPath: String) -> String {
    let folder = dataPath.isEmpty || dataPath.hasSuffix("/") ? dataPath : dataPath + "/"
    return "\(folder)\(name)/\(name).inter"
  }
}
