import Foundation

/// Files of the repository that tests read, found from this source file's own place.
package enum Fixture {
  /// The root of the checkout.
  package static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `Tests/Fixtures/golden/<folder>`: numbers made by running RecBole.
  package static func golden(_ folder: String) -> URL {
    repository.appending(path: "Tests/Fixtures/golden/\(folder)")
  }

  /// The JSON files of a golden folder, sorted by name.
  package static func goldenFiles(_ folder: String) -> [URL] {
    let files = try? FileManager.default.contentsOfDirectory(
      at: golden(folder), includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
