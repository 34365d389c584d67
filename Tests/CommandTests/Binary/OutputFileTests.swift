import Foundation
import TestSupport
import Testing

/// `--output_file` writes RecBole's text, and never over a file that the sweep needs.
@Suite(.startsProcesses) struct OutputFileTests {
  private static let sweep = SmallLog.sweep("--epochs=1", "--max_evals", "2")

  private static func run(
    _ output: String, in folder: TemporaryFolder, _ options: [String] = []
  ) async throws -> CommandResult {
    try await BuiltBinary.run(sweep + options + ["--output_file", output], in: folder)
  }

  @Test("A file of the sweep is refused under every name, before and after the sweep exists")
  func keptFiles() async throws {
    let folder = try SmallLog.folder()
    try folder.write("topk: [10]\n", to: "a.yaml")
    let options = ["--config_files", "a.yaml"]
    // Nothing stands there yet.
    for name in ["runs/results.db", "./runs/../runs/results.db-wal"] {
      let result = try await Self.run(name, in: folder, options)
      #expect(result.status == 64, "\(name): \(result.errors)")
      #expect(!folder.contains("runs"))
    }
    #expect(try await BuiltBinary.run(Self.sweep + options, in: folder).status == 0)
    let links = try await BuiltBinary.shell(
      """
      ln runs/results.db hard; ln -s runs/results.db soft; ln -s "$PWD/runs" other
      ln hyper.test space; ln -s data/small/small.inter log
      """, in: folder)
    #expect(links.status == 0)
    let before = try folder.contents.filter { !folder.isFolder($0) }
      .map { try Data(contentsOf: folder.file($0)) }
    let cases = [
      ("runs/results.db", "the database"), ("hard", "the database"), ("soft", "the database"),
      ("other/results.db-shm", "a file of the database"),
      ("runs/results.db-owners", "a file of the database"), ("hyper.test", "the search space"),
      ("space", "the search space"), ("./a.yaml", "the configuration file"),
      ("log", "the data file"), ("runs/small-1/trial-0000.checkpoint", "a checkpoint"),
    ]
    for (name, role) in cases {
      let result = try await Self.run(name, in: folder, options)
      #expect(result.status == 64, "\(name): \(result.errors)")
      #expect(
        result.errors.contains("error: '--output_file' would replace ")
          && result.errors.contains(role), "\(name): \(result.errors)")
    }
    let after = try folder.contents.filter { !folder.isFolder($0) }
      .map { try Data(contentsOf: folder.file($0)) }
    #expect(before == after)
  }

  @Test("A link stays and its target is written, with the permissions that it had")
  func links() async throws {
    let folder = try SmallLog.folder()
    try folder.write("old", to: "target")
    _ = try await BuiltBinary.shell(
      "chmod 640 target; ln -s target link; ln -s new dangling", in: folder)
    for (name, target) in [("link", "target"), ("dangling", "new")] {
      let result = try await Self.run(name, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder.file(name).path)
          == target)
      #expect(try folder.text(of: target).contains("Valid result:\n"))
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("target").path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(folder.contents.filter { $0.hasPrefix(".") }.isEmpty)
  }

  @Test("A pipe, a device and a stream of the process are written to and stay what they are")
  func pipes() async throws {
    let folder = try SmallLog.folder()
    let piped = try await BuiltBinary.shell(
      """
      mkfifo pipe; cat pipe > read & \
      "$SINE_TUNE" \(Self.sweep.joined(separator: " ")) --output_file pipe; wait; test -p pipe
      """, in: folder)
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(try folder.text(of: "read").contains("Valid result:\n"))
    let null = try await Self.run("/dev/null", in: folder)
    #expect(null.status == 0, "\(null.errors)")
    #expect(Shell.succeeds("test -c /dev/null"))
    let stream = try await Self.run("/dev/stdout", in: folder)
    #expect(stream.status == 0, "\(stream.errors)")
    #expect(stream.output.contains("sweep small-1: "))
    #expect(stream.output.contains("Valid result:\n"))
  }

  @Test("A pipe that nobody reads is an error at the end, and no endless wait")
  func unreadPipe() async throws {
    let folder = try SmallLog.folder()
    _ = try await BuiltBinary.shell("mkfifo pipe", in: folder)
    let result = try await Self.run("pipe", in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains("error: cannot write 'pipe': nobody reads it"))
    #expect(try query("SELECT count(*) FROM results", in: folder) == ["2"])
  }
}

extension TemporaryFolder {
  fileprivate func isFolder(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file(name).path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
