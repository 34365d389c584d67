import Foundation
import TestSupport
import Testing

/// The programs that sine-tune starts take nothing from the folder in which the user happens to be.
@Suite(.startsProcesses) struct ChildProcessTests {
  /// Python that leaves a file `bombed` in the folder of the test.
  private func bomb(_ folder: TemporaryFolder) -> String {
    "open('\(folder.file("bombed").path)', 'w').close()\n"
  }

  private static let plainPip = "python3 -m pip --version"

  @Test(
    "A pip.py, PYTHONPATH and PYTHONSTARTUP of the user's folder have no effect",
    .enabled(if: Shell.succeeds(plainPip), "the machine has no python3 with pip"))
  func python() async throws {
    let folder = try TemporaryFolder()
    for name in ["pip.py", "zipfile.py", "sitecustomize.py", "startup.py", "lib/pip.py"] {
      try folder.write(bomb(folder), to: name)
    }
    // The bomb is a real one: plain python3 sets it off.
    _ = try await BuiltBinary.shell(Self.plainPip, in: folder)
    try #require(folder.contains("bombed"))
    try FileManager.default.removeItem(at: folder.file("bombed"))
    let result = try await BuiltBinary.run(
      ["train", "--dataset", "ml-100k"], in: folder,
      environment: [
        "PYTHONPATH": ".:lib", "PYTHONSTARTUP": "startup.py", "PYTHONINSPECT": "1",
        "PYTHONHOME": folder.url.path, "PIP_NO_INDEX": "1",
      ])
    #expect(result.status == 1)
    // The real pip has run: without an index it finds nothing.
    #expect(result.errors.contains("No matching distribution"), "\(result.errors)")
    #expect(!folder.contains("bombed"))
    #expect(!folder.contains("dataset"))
  }

  @Test("Programs of the user's folder are not started, even if PATH names this folder first")
  func relativePath() async throws {
    let folder = try SmallLog.folder()
    for name in ["python3", "gzip"] {
      let program = try folder.write("#!/bin/sh\ntouch '\(folder.file("bombed").path)'\n", to: name)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: program.path)
    }
    let path = ".:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    try #require(Shell.succeeds("gzip '\(folder.file("data/small/small.inter").path)'"))
    let trained = try await BuiltBinary.run(
      ["train", "--epochs=1"] + SmallLog.arguments, in: folder,
      environment: ["PATH": path, "GZIP": "--fast --nonsense"])
    #expect(trained.status == 0, "\(trained.errors)")
    _ = try await BuiltBinary.run(
      ["train", "--dataset", "ml-100k"], in: folder,
      environment: ["PATH": path, "PIP_NO_INDEX": "1"])
    #expect(!folder.contains("bombed"))
  }

  @Test("Without gzip a compressed file is a message that says so")
  func withoutGzip() async throws {
    let folder = try SmallLog.folder()
    try #require(Shell.succeeds("gzip '\(folder.file("data/small/small.inter").path)'"))
    let result = try await BuiltBinary.run(
      ["train"] + SmallLog.arguments, in: folder, environment: ["PATH": folder.url.path])
    #expect(result.status == 1)
    #expect(
      result.errors == """
        error: 'data/small/small.inter.gz' cannot be decompressed: the program 'gzip' was not \
        found; install it, or decompress the file elsewhere

        """)
  }

  @Test("A sweep goes on when its data have been compressed")
  func compressedData() async throws {
    let folder = try SmallLog.folder()
    let first = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(first.status == 0, "\(first.errors)")
    try #require(Shell.succeeds("gzip '\(folder.file("data/small/small.inter").path)'"))
    let second = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "2"), in: folder)
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("resuming small-1: 1 of 2 trials done"))
  }
}
