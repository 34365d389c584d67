import Foundation
import Literals

/// The message about a data set whose file is missing: where it is looked for, and what may be meant.
struct MissingDataset {
  private let configuration: DataConfiguration
  private let manager = FileManager.default

  init(_ configuration: DataConfiguration) {
    self.configuration = configuration
  }

  var error: InvalidInput {
    let name = configuration.dataset
    let file = Dataset.path(ofDataset: name, in: configuration.dataPath)
    if let obstacle = DataFile.obstacle(to: file) ?? DataFile.obstacle(to: file + ".gz") {
      return InvalidInput(obstacle)
    }
    if let reason = pathSuggestion ?? tableSuggestion {
      return InvalidInput("there is no data set \(Excerpt(name, limit: 200)): \(reason)")
    }
    let near = Suggestion.phrase(
      for: name, among: known + [MovieLensDownload.name, SyntheticInteractions.name])
    return InvalidInput(
      "there is no data set \(Excerpt(name, limit: 200)): put its interactions at '\(file)', or use "
        + "'--dataset \(MovieLensDownload.name)' or '--dataset \(SyntheticInteractions.name)'; "
        + others + near)
  }

  private var folder: String { configuration.dataPath.isEmpty ? "." : configuration.dataPath }

  /// The data sets of `data_path`.
  private var known: [String] {
    ((try? manager.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { hasFile($0, in: configuration.dataPath) }
      .sorted()
  }

  private var others: String {
    var isFolder: ObjCBool = false
    let place = "'data_path' ('\(folder)')"
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder) else {
      return "\(place) does not exist"
    }
    guard isFolder.boolValue else { return "\(place) is not a folder" }
    let known = known
    guard !known.isEmpty else { return "\(place) holds no data set" }
    return "\(place) holds " + known.prefix(20).map { "\(Excerpt($0))" }.joined(separator: ", ")
      + (known.count > 20 ? ", …" : "")
  }

  private func hasFile(_ name: String, in dataPath: String) -> Bool {
    var configuration = configuration
    (configuration.dataset, configuration.dataPath) = (name, dataPath)
    return DatasetFile(configuration) != nil
  }

  // MARK: A path in place of a name

  /// What to write if the name is the path of a file or a folder: `--data_path data --dataset x`.
  private var pathSuggestion: String? {
    let name = configuration.dataset
    for place in [name, Self.join(folder, name)] {
      if let words = words(forPath: place) { return words }
    }
    if let stem = Self.stem(ofAtomicFile: name), hasFile(stem, in: configuration.dataPath) {
      return "'dataset' is a name and not a file: use \(ShellWord.line(["--dataset", stem]))"
    }
    if let elsewhere = [".", "data", "dataset", "datasets"].first(where: { hasFile(name, in: $0) })
    {
      return "it lies elsewhere: use \(Self.options(dataPath: elsewhere, dataset: name))"
    }
    // `data_path` may already end with the name of the data set.
    let path = URL(filePath: folder)
    if path.lastPathComponent == name {
      let parent = Self.parent(of: folder)
      if hasFile(name, in: parent) {
        return "'data_path' is the folder that holds the folder '\(name)': use "
          + Self.options(dataPath: parent, dataset: name)
      }
    }
    return nil
  }

  private func words(forPath path: String) -> String? {
    var isFolder: ObjCBool = false
    guard path.contains("/") || path.hasSuffix(".inter") || path.hasSuffix(".inter.gz"),
      manager.fileExists(atPath: path, isDirectory: &isFolder)
    else { return nil }
    let rule = "'dataset' is a name and not a path"
    if isFolder.boolValue {
      let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
      let (parent, name) = (Self.parent(of: trimmed), Self.lastComponent(of: trimmed))
      guard hasFile(name, in: parent) else { return nil }
      return "\(rule): use \(Self.options(dataPath: parent, dataset: name))"
    }
    guard isFile(path), let stem = Self.stem(ofAtomicFile: path) else { return nil }
    let folder = Self.parent(of: path)
    let parent = Self.parent(of: folder)
    if Self.lastComponent(of: folder) == stem {
      return "\(rule): use \(Self.options(dataPath: parent, dataset: stem))"
    }
    let target = Self.join(folder, "\(stem)/\(Self.lastComponent(of: path))")
    let move =
      "mkdir \(ShellWord.quoted(Self.join(folder, stem))) && "
      + ShellWord.line(["mv", path, target])
    return "\(rule), and its file lies in a folder of that name: '\(move)', then use "
      + Self.options(dataPath: folder, dataset: stem)
  }

  /// `x` for `data/x/x.inter` and `data/x/x.inter.gz`; nil for another file.
  private static func stem(ofAtomicFile path: String) -> String? {
    let name = lastComponent(of: path)
    for ending in [".inter", ".inter.gz"] where name.hasSuffix(ending) && name != ending {
      return String(name.dropLast(ending.count))
    }
    return nil
  }

  private static func options(dataPath: String, dataset: String) -> String {
    ShellWord.line(["--data_path", dataPath, "--dataset", dataset])
  }

  // MARK: A table in place of an atomic file

  private static let endings = ["csv", "tsv", "txt", "dat", "data", "psv"]

  /// The command that makes the data set if there is a table of its name.
  private var tableSuggestion: String? {
    let name = configuration.dataset
    let own = Self.join(folder, name)
    let isTable = Self.endings.contains { name.hasSuffix(".\($0)") || name.hasSuffix(".\($0).gz") }
    var candidates = isTable ? [name, own] : []
    for base in [Self.join(own, name), own, name] {
      candidates += Self.endings.flatMap { ["\(base).\($0)", "\(base).\($0).gz"] }
    }
    // An atomic file that lies beside the folder in which it belongs.
    for base in [own, name] {
      for file in ["\(base).inter", "\(base).inter.gz"] where isFile(file) {
        let folder = Self.join(self.folder, name)
        let move =
          "mkdir -p \(ShellWord.quoted(folder)) && "
          + ShellWord.line(["mv", file, Self.join(folder, Self.lastComponent(of: file))])
        return "its file lies in a folder of that name: '\(move)'"
      }
    }
    guard let table = candidates.first(where: isFile) else { return nil }
    var configuration = configuration
    if isTable || name.contains("/") {
      configuration.dataset = Preparation.stem(ofTable: table)
    }
    // Looking into a compressed file would mean to decompress all of it.
    let data = table.hasSuffix(".gz") ? nil : try? DataFile.contents(ofFile: table)
    let preview = data.flatMap { data in
      data.withUnsafeBytes { TablePreview($0.bindMemory(to: UInt8.self)) }
    }
    let command = PreparationCommand(making: configuration, of: table, preview)
    return "it can be made of \(Excerpt(table, limit: 200)) with: \(command)"
  }

  /// True if there is a regular file, which can be moved and read.
  private func isFile(_ path: String) -> Bool {
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    let attributes = try? manager.attributesOfItem(atPath: resolved)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  // MARK: Paths, as the user wrote them

  private static func join(_ folder: String, _ name: String) -> String {
    folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private static func lastComponent(of path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private static func parent(of path: String) -> String {
    let trimmed = path.hasSuffix("/") && path.count > 1 ? path.dropLast() : path[...]
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed == "." ? ".." : "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}
