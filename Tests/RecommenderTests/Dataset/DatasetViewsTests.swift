import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// Several data sets of one file.
@Suite struct DatasetViewsTests {
  private func folder(rows: Int = 200) throws -> (folder: TemporaryFolder, file: String) {
    let folder = try TemporaryFolder()
    var text = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    for row in 0..<rows {
      text += "u\(row % 13)\ti\(row * 7 % 31)\t\(row % 5)\t\(1_000_000_000 + row * 37 % 101)\n"
    }
    try folder.write(text, to: "log/log.inter")
    return (folder, text)
  }

  private static func atLeast(_ count: Double) -> IntervalSet {
    IntervalSet([
      .init(lower: count, lowerIsClosed: true, upper: .infinity, upperIsClosed: false)
    ])
  }

  private func configuration(
    in folder: TemporaryFolder, _ change: (inout DataConfiguration) -> Void = { _ in }
  ) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.dataset = "log"
    configuration.dataPath = folder.url.path
    change(&configuration)
    return configuration
  }

  @Test("A view is what its configuration loads alone, whatever was asked for before")
  func views() throws {
    let folder = try folder().folder
    let changes: [(inout DataConfiguration) -> Void] = [
      { _ in }, { $0.maxItemListLength = 3 }, { $0.exactTime = true },
      { $0.split = .ratio([0.8, 0.1, 0.1]) }, { $0.groupByUser = false },
      { $0.duplicateRemoval = .last }, { $0.normalizeAll = true },
      { $0.userInteractions = Self.atLeast(16) },
      { $0.itemInteractions = Self.atLeast(7) },
      { $0.valueFilters = ["rating": .intervals(Self.atLeast(2))] },
    ]
    var views = DatasetViews()
    for change in changes + changes.reversed() {
      let configuration = configuration(in: folder, change)
      let found = try views.dataset(for: configuration, progress: { _ in })
      let expected = try Dataset.load(configuration)
      #expect(found.items == expected.items && found.train == expected.train)
      #expect(found.valid == expected.valid && found.test == expected.test)
      #expect(found.userTokens == expected.userTokens && found.itemTokens == expected.itemTokens)
      #expect(found.maxItemListLength == expected.maxItemListLength)
      #expect(found.digest == expected.digest && found.warnings == expected.warnings)
      #expect(found.size == expected.size)
    }
  }

  @Test("The rows are read once for the first view and once for all others")
  func reading() throws {
    let (folder, text) = try folder()
    var views = DatasetViews()
    let first = try views.dataset(for: configuration(in: folder), progress: { _ in })
    _ = try views.dataset(
      for: configuration(in: folder) { $0.maxItemListLength = 2 }, progress: { _ in })
    // A file that has gone does not matter any more.
    try FileManager.default.removeItem(at: folder.file("log/log.inter"))
    let third = try views.dataset(
      for: configuration(in: folder) { $0.exactTime = true }, progress: { _ in })
    #expect(third.digest == first.digest)

    var others = DatasetViews()
    try folder.write(text, to: "log/log.inter")
    _ = try others.dataset(for: configuration(in: folder), progress: { _ in })
    try folder.write(text + "u1\ti1\t1\t1\n", to: "log/log.inter")
    let error = #expect(throws: InvalidInput.self) {
      try others.dataset(
        for: configuration(in: folder) { $0.maxItemListLength = 2 }, progress: { _ in })
    }
    #expect(
      error?.description.hasSuffix("has changed since this command began to use it") == true)
  }
}
