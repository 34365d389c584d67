import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// Files of interactions: compressed ones, those of other formats, and what is no file at all.
@Suite struct DataFileTests {
  private static let text = AtomicText.file("u a 1", "u b 2", "v a 3", "v b 4")

  private func load(_ folder: TemporaryFolder) throws(InvalidInput) -> Dataset {
    var configuration = DataConfiguration()
    configuration.dataset = "x"
    configuration.dataPath = folder.url.path
    return try Dataset.load(configuration)
  }

  private func problem(_ data: Data, named name: String = "x.inter") throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(data, to: "x/\(name)")
    do {
      _ = try load(folder)
      return ""
    } catch {
      return error.description.replacing(file.path, with: "FILE")
    }
  }

  /// Compresses a file in its folder with gzip, and returns whether that was possible.
  private func gzip(_ options: String, _ file: URL) -> Bool {
    Shell.succeeds("gzip \(options) '\(file.path)'")
  }

  @Test("A compressed file is read, and its digest is that of its content")
  func compressed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.text, to: "x/x.inter")
    let plain = try load(folder)
    try #require(gzip("-9", file))
    #expect(folder.contents == ["x", "x/x.inter.gz"])
    let compressed = try load(folder)
    #expect(compressed.digest == plain.digest)
    #expect(compressed.items == plain.items)
    #expect(compressed.warnings.isEmpty)
    // The content decides and not the name.
    try FileManager.default.moveItem(at: folder.file("x/x.inter.gz"), to: file)
    #expect(try load(folder).digest == plain.digest)
  }

  @Test("Of two files the plain one is read, with a note if they may differ")
  func bothFiles() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.text, to: "x/x.inter")
    try #require(gzip("--keep", file))
    #expect(try load(folder).warnings.isEmpty)
    try folder.write(Self.text + "w\ta\t9\nw\tb\t10\n", to: "x/x.inter")
    let dataset = try load(folder)
    #expect(dataset.userTokens.contains("w"))
    #expect(
      dataset.warnings.map(\.description) == [
        "note: '\(file.path)' is read, and not '\(file.path).gz' beside it"
      ])
  }

  @Test("A compressed file that was cut or damaged is an error that tells what gzip says")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(String(repeating: Self.text, count: 99), to: "y")
    try #require(gzip("", file))
    var data = try Data(contentsOf: folder.file("y.gz"))
    #expect(
      try problem(data.dropLast(9), named: "x.inter.gz")
        == "error: 'FILE' cannot be decompressed: 'unexpected end of file'")
    data[data.count / 2] ^= 0xFF
    #expect(try problem(data, named: "x.inter.gz").contains("cannot be decompressed: '"))
  }

  @Test(
    "A file of another format is named with what helps",
    arguments: [
      ("PAR1\u{15}\u{4}\u{15}", "a Parquet file: write it as CSV, in Python: pandas.read_parquet"),
      ("PK\u{3}\u{4}\u{14}\u{0}shop.csv", "a zip archive: unpack it ('unzip')"),
      ("PK\u{3}\u{4}\u{14}\u{0}[Content_Types].xml", "an Excel workbook: save it as CSV UTF-8"),
      ("SQLite format 3\u{0}", "an SQLite database"),
      ("BZh91AY&SY", "compressed by bzip2: decompress it: 'bzip2 -d'"),
      ("{\"user\": 1}", "JSON: write it as CSV"),
      ("<!DOCTYPE html><html>", "a web page: download the file itself"),
      ("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
      ("u\u{0}s\u{0}e\u{0}r\u{0}\n\u{0}", "text in UTF-16LE: convert it: 'iconv -f UTF-16LE"),
      ("a\u{0}b\u{1}", "not a text file: it has zero bytes"),
    ])
  func formats(content: String, message: String) throws {
    #expect(try problem(Data(content.utf8)).hasPrefix("error: 'FILE' is \(message)"))
  }

  @Test("UTF-16 and old workbooks are known by bytes that are no text")
  func binaryFormats() throws {
    let utf16 = try #require(Self.text.data(using: .utf16LittleEndian))
    #expect(try problem(Data([0xFF, 0xFE]) + utf16).contains("is text in UTF-16: convert it"))
    #expect(
      try problem(Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])).contains("workbook"))
    // gzip within gzip: what comes out is no text either.
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.text, to: "y")
    try #require(gzip("", file) && gzip("-S .gz2 -f", folder.file("y.gz")))
    let twice = try Data(contentsOf: folder.file("y.gz.gz2"))
    #expect(try problem(twice, named: "x.inter.gz").contains("compressed by gzip twice"))
  }

  @Test("Words at the start of a header are no format", arguments: ["ORCID", "PAR1", "BZh", "PK"])
  func words(name: String) throws {
    let text = "\(name):token\t" + Self.text.replacing("\n", with: "\n1\t")
    #expect(try problem(Data(text.dropLast(2).utf8)).isEmpty)
  }

  @Test("A FIFO, a folder, a device and a file without permission are messages, and nothing waits")
  func noFiles() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x/x.inter").path
    try FileManager.default.createDirectory(
      at: folder.file("x"), withIntermediateDirectories: true)
    func problem() -> String {
      do {
        _ = try load(folder)
        return ""
      } catch {
        return error.description.replacing(path, with: "FILE")
      }
    }
    try #require(mkfifo(path, 0o600) == 0)
    #expect(problem() == "error: 'FILE' is a pipe, not a regular file: write it to a file")
    unlink(path)
    try #require(symlink("/dev/zero", path) == 0)
    #expect(problem() == "error: 'FILE' is not a regular file")
    unlink(path)
    try #require(mkdir(path, 0o700) == 0)
    #expect(problem() == "error: 'FILE' is a directory, not a file of interactions")
    rmdir(path)
    try #require(symlink("gone.inter", path) == 0)
    #expect(
      problem()
        == "error: 'FILE' is a link to 'gone.inter', which cannot be read: no such file or directory"
    )
    unlink(path)
    try folder.write(Self.text, to: "x/x.inter")
    chmod(path, 0)
    if getuid() != 0 { #expect(problem() == "error: 'FILE' cannot be read: permission denied") }
  }
}
