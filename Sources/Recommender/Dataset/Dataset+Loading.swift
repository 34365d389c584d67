import Foundation
import Literals

extension Dataset {
  /// Returns whether `load` fetches the file first.
  package static func isFetchedFirst(_ configuration: DataConfiguration) -> Bool {
    let file = path(ofDataset: configuration.dataset, in: configuration.dataPath)
    return configuration.dataset == MovieLensDownload.name
      && !FileManager.default.fileExists(atPath: file)
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

  /// Loads `<data_path>/<dataset>/<dataset>.inter`.
  ///
  /// Two data sets need no file: `ml-100k` is fetched on first use, and `synthetic` is generated.
  /// `progress` is called with a message before and after a download; nothing is printed here.
  package static func load(
    _ configuration: DataConfiguration, download: MovieLensDownload = MovieLensDownload(),
    progress: (String) -> Void = { _ in }
  ) throws(InvalidInput) -> Dataset {
    let name = configuration.dataset
    guard !name.isEmpty else { throw InvalidInput("'dataset' names a data set, found ''") }
    let file = path(ofDataset: name, in: configuration.dataPath)
    try fetch(configuration, download: download, progress: progress)
    if !FileManager.default.fileExists(atPath: file) {
      guard name == SyntheticInteractions.name else { throw missing(file, configuration) }
      var configuration = configuration
      configuration.fieldSeparator = "\t"
      return try parse(SyntheticInteractions().atomicFile(configuration), file: name, configuration)
    }
    return try load(atPath: file, configuration)
  }

  /// Loads one atomic file, whatever its name.
  package static func load(
    atPath file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) -> Dataset {
    try parse(try contents(ofFile: file), file: file, configuration)
  }

  /// `<data_path>/<dataset>/<dataset>.inter`, as the user wrote the path.
  static func path(ofDataset name: String, in dataPath: String) -> String {
    let folder = dataPath.isEmpty || dataPath.hasSuffix("/") ? dataPath : dataPath + "/"
    return "\(folder)\(name)/\(name).inter"
  }

  private static func contents(ofFile file: String) throws(InvalidInput) -> Data {
    let url = URL(filePath: file)
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: url.resolvingSymlinksInPath().path(percentEncoded: false))
    switch attributes?[.type] as? FileAttributeType {
    case nil: throw InvalidInput("there is no file '\(file)'")
    case .typeRegular: break
    case .typeDirectory: throw InvalidInput("'\(file)' is a directory, not an atomic file")
    default: throw InvalidInput("'\(file)' is not a regular file")
    }
    do {
      // The file is mapped: its pages are loaded as they are read, and no copy takes memory.
      return try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw InvalidInput("'\(file)' cannot be read: \((error as NSError).localizedDescription)")
    }
  }

  private static func missing(_ file: String, _ configuration: DataConfiguration) -> InvalidInput {
    let folder = configuration.dataPath.isEmpty ? "." : configuration.dataPath
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { name in
        FileManager.default.fileExists(atPath: path(ofDataset: name, in: configuration.dataPath))
      }
      .sorted()
    let others =
      found.isEmpty
      ? "'data_path' ('\(folder)') holds no data set"
      : "'data_path' ('\(folder)') holds " + found.map { "'\($0)'" }.joined(separator: ", ")
    return InvalidInput(
      "there is no data set '\(configuration.dataset)': put its interactions at '\(file)', or use "
        + "'--dataset \(MovieLensDownload.name)' or '--dataset \(SyntheticInteractions.name)'; "
        + others)
  }
}
