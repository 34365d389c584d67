import Foundation

/// Files of the repository that tests read. They are found from the path of this source file.
package enum Fixture {
  /// The root of the checkout.
  package static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Returns `Tests/Fixtures/golden/<folder>`, which holds numbers made by RecBole.
  package static func golden(_ folder: String) -> URL {
    repository.appending(path: "Tests/Fixtures/golden/\(folder)")
  }

  /// Returns the JSON files of a golden folder, sorted by name.
  package static func goldenFiles(_ folder: String) -> [URL] {
    let files = try? FileManager.default.contentsOfDirectory(
      at: golden(folder), includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
