import Foundation

/// A folder for one test. It is removed with all its files when the object is released.
package final class TemporaryFolder: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "sine-tune-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  package func file(_ name: String) -> URL { url.appending(path: name) }

  /// Writes a file, and makes the folders of its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> URL {
    try write(Data(text.utf8), to: name)
  }

  @discardableResult
  package func write(_ data: Data, to name: String) throws -> URL {
    let file = file(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file
  }

  package func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: file(name)), as: UTF8.self)
  }

  package func contains(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name).path)
  }

  /// The paths of all files, relative to the folder and sorted.
  package var contents: [String] {
    let names = try? FileManager.default.subpathsOfDirectory(atPath: url.path)
    return (names ?? []).sorted()
  }
}
