import Foundation
import Literals
import Testing

@testable import Recommender

/// Finding the file of a data set, and the message if there is none.
struct DatasetLoadingTests {
  /// A `data_path` that is removed afterwards.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sine-tune-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func write(_ text: String, dataset: String, in folder: URL) throws {
    let directory = folder.appending(path: dataset)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: directory.appending(path: "\(dataset).inter"))
  }

  private func load(_ name: String, in folder: URL) throws -> Dataset {
    var configuration = DataConfiguration()
    configuration.dataset = name
    configuration.dataPath = folder.path
    return try Dataset.load(configuration)
  }

  @Test("The file is <data_path>/<dataset>/<dataset>.inter")
  func path() throws {
    #expect(Dataset.path(ofDataset: "ml", in: "dataset/") == "dataset/ml/ml.inter")
    #expect(Dataset.path(ofDataset: "ml", in: "/data") == "/data/ml/ml.inter")
    #expect(Dataset.path(ofDataset: "ml", in: "") == "ml/ml.inter")
    try withFolder { folder in
      try write(AtomicText.file("u a 1", "u b 2"), dataset: "mine", in: folder)
      #expect(try load("mine", in: folder).sequence(ofUser: "u") == ["a", "b"])
    }
  }

  @Test("An unknown data set is an error that names the file and the data sets that exist")
  func unknownDataset() throws {
    try withFolder { folder in
      try write(AtomicText.header, dataset: "beta", in: folder)
      try write(AtomicText.header, dataset: "alpha", in: folder)
      let error = #expect(throws: InvalidInput.self) { try load("gamma", in: folder) }
      #expect(
        error?.description
          == "error: there is no data set 'gamma': put its interactions at "
          + "'\(folder.path)/gamma/gamma.inter', or use '--dataset ml-100k' or "
          + "'--dataset synthetic'; 'data_path' ('\(folder.path)') holds 'alpha', 'beta'")
    }
  }

  @Test("A directory, an empty file and no name are errors")
  func unusableFiles() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "d/d.inter"), withIntermediateDirectories: true)
      try write("", dataset: "e", in: folder)
      let directory = #expect(throws: InvalidInput.self) { try load("d", in: folder) }
      #expect(directory?.description.contains("is a directory") == true)
      let empty = #expect(throws: InvalidInput.self) { try load("e", in: folder) }
      #expect(empty?.description.contains("is empty") == true)
      let unnamed = #expect(throws: InvalidInput.self) { try load("", in: folder) }
      #expect(unnamed?.description == "error: 'dataset' names a data set, found ''")
    }
  }

  @Test("'synthetic' needs no file, but a file of that name is preferred")
  func synthetic() throws {
    try withFolder { folder in
      let generated = try load("synthetic", in: folder)
      #expect(generated.userCount == 801)
      try write(AtomicText.file("u a 1", "u b 2"), dataset: "synthetic", in: folder)
      #expect(try load("synthetic", in: folder).userCount == 2)
    }
  }
}
