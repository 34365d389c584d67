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

  /// The message about a data set, with the folder as `DATA`.
  private func problem(_ name: String, in folder: URL, dataPath: String? = nil) -> String {
    var configuration = DataConfiguration()
    configuration.dataset = name.replacing("DATA", with: folder.path)
    configuration.dataPath = dataPath?.replacing("DATA", with: folder.path) ?? folder.path
    do {
      _ = try Dataset.load(configuration)
      return ""
    } catch {
      return error.description.replacing(folder.path, with: "DATA")
    }
  }

  @Test("A path in place of a name is answered with the options that find its data set")
  func pathForName() throws {
    try withFolder { folder in
      try write(AtomicText.file("u a 1", "u b 2"), dataset: "x", in: folder)
      try Data(AtomicText.header.utf8).write(to: folder.appending(path: "y.inter"))
      let usual = "'dataset' is a name and not a path: use --data_path DATA --dataset x"
      for name in ["DATA/x/x.inter", "DATA/x", "DATA/x/", "x/x.inter"] {
        #expect(
          problem(name, in: folder) == "error: there is no data set '\(name)': \(usual)")
      }
      // What is suggested works.
      #expect(problem("x", in: folder).isEmpty)
      #expect(
        problem("x.inter", in: folder).hasSuffix("a name and not a file: use --dataset x"))
      #expect(
        problem("x", in: folder, dataPath: "DATA/x")
          == "error: there is no data set 'x': 'data_path' is the folder that holds the folder "
          + "'x': use --data_path DATA --dataset x")
      #expect(
        problem("DATA/y.inter", in: folder).hasSuffix(
          "its file lies in a folder of that name: 'mkdir DATA/y && mv DATA/y.inter "
            + "DATA/y/y.inter', then use --data_path DATA --dataset y"))
      #expect(
        problem("y", in: folder).hasSuffix("'mkdir -p DATA/y && mv DATA/y.inter DATA/y/y.inter'"))
      #expect(problem("xx", in: folder).hasSuffix("holds 'x'; did you mean 'x'"))
      #expect(problem("x", in: folder, dataPath: "DATA/no").hasSuffix("does not exist"))
      #expect(problem("x", in: folder, dataPath: "DATA/y.inter").hasSuffix("is not a folder"))
    }
  }

  @Test(
    "A table beside the missing file is named with the command that prepares it",
    arguments: ["shop.csv", "shop.tsv", "shop/shop.csv"])
  func tableForData(file: String) throws {
    try withFolder { folder in
      let separator = file.hasSuffix("tsv") ? "\t" : ","
      let text =
        ["User ID", "sku", "when"].joined(separator: separator)
        + "\n" + ["u", "a", "2024-01-31"].joined(separator: separator) + "\n"
      try FileManager.default.createDirectory(
        at: folder.appending(path: "shop"), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: folder.appending(path: file))
      #expect(
        problem("shop", in: folder)
          == "error: there is no data set 'shop': it can be made of 'DATA/\(file)' with: "
          + "sine-tune prepare DATA/\(file) --user 'User ID' --item sku --time when "
          + "--output DATA/shop/shop.inter")
    }
  }

  @Test("The path of a table is answered with the data set that it makes")
  func pathOfTable() throws {
    try withFolder { folder in
      try Data("u,i,t\n".utf8).write(to: folder.appending(path: "shop.csv"))
      for name in ["DATA/shop.csv", "shop.csv", "DATA/shop"] {
        #expect(
          problem(name, in: folder).hasSuffix("--output DATA/shop/shop.inter"),
          "\(problem(name, in: folder))")
      }
    }
  }

  @Test("A compressed table is named as well, and not decompressed for its columns")
  func compressedTable() throws {
    try withFolder { folder in
      try Data([0x1F, 0x8B]).write(to: folder.appending(path: "shop.csv.gz"))
      #expect(
        problem("shop", in: folder).hasSuffix(
          "with: sine-tune prepare DATA/shop.csv.gz --output DATA/shop/shop.inter"))
    }
  }
}
