import Foundation
import TestSupport
import Testing

/// The way to run a command that has to respect the permissions of files.
private enum Permissions {
  /// The prefix that takes from root the right to write everywhere; empty for other users.
  static let prefix =
    geteuid() == 0 ? "setpriv --bounding-set -dac_override,-dac_read_search " : ""

  static let bind = Shell.succeeds("\(prefix)true")
}

/// Files and folders without permission to write, and processes that have to respect it.
@Suite(
  .startsProcesses,
  .enabled(
    if: Permissions.bind, "runs as root, and setpriv cannot take away its right to everything")
)
struct ReadOnlyTests {
  private static let sweep = SmallLog.sweep("--epochs=2", "--max_evals", "2")

  private func run(
    _ arguments: [String], in folder: TemporaryFolder
  ) async throws -> CommandResult {
    try await BuiltBinary.shell(
      "\(Permissions.prefix)$SINE_TUNE \(arguments.joined(separator: " "))", in: folder)
  }

  /// Sets the permissions of files during some work, and resets them so that the folder can be removed.
  private func with(
    _ permissions: Int, of names: [String], in folder: TemporaryFolder,
    _ work: () async throws -> Void
  ) async throws {
    let manager = FileManager.default
    func set(_ mode: Int, _ name: String) throws {
      try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name).path)
    }
    for name in names { try set(permissions, name) }
    do { try await work() } catch {
      for name in names { try set(0o755, name) }
      throw error
    }
    for name in names { try set(0o755, name) }
  }

  @Test("A folder that takes no new database is one clear line")
  func newDatabase() async throws {
    let folder = try SmallLog.folder()
    try FileManager.default.createDirectory(
      at: folder.file("runs"), withIntermediateDirectories: false)
    try await with(0o555, of: ["runs"], in: folder) {
      let result = try await run(Self.sweep, in: folder)
      #expect(result.status == 1)
      #expect(
        result.errorLines.filter { $0.contains("error: ") }
          == ["error: cannot open 'runs/results.db': permission denied"], "\(result.errors)")
      #expect(folder.contents.filter { $0.hasPrefix("runs/") }.isEmpty)
    }
  }

  @Test(
    "A finished database that may not be written to stays as it is, until it may",
    arguments: [["runs/results.db"], ["runs"], ["runs", "runs/results.db"]])
  func finished(names: [String]) async throws {
    let folder = try SmallLog.folder()
    #expect(try await run(Self.sweep, in: folder).status == 0)
    let bytes = try Data(contentsOf: folder.file("runs/results.db"))
    let files = folder.contents
    try await with(0o555, of: names, in: folder) {
      let result = try await run(SmallLog.sweep("--epochs=2"), in: folder)
      #expect(result.status == 1)
      let errors = result.errorLines.filter { $0.contains("error: ") }
      #expect(errors.count == 1, "\(result.errors)")
      #expect(errors.allSatisfy { $0.contains("'runs/results.db'") }, "\(errors)")
      #expect(
        errors.allSatisfy { $0.contains("read-only") || $0.contains("permission denied") },
        "\(errors)")
      #expect(folder.contents == files)
      for command in ["status", "best", "verify"] {
        let arguments = command == "verify" ? [command, "--data_path=data"] : [command]
        let result = try await run(arguments, in: folder)
        #expect(result.status == 0 && !result.output.isEmpty, "\(result.errors)")
      }
      #expect(folder.contents == files)
      #expect(try Data(contentsOf: folder.file("runs/results.db")) == bytes)
    }
    let rest = try await run(SmallLog.sweep("--epochs=2"), in: folder)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try query("SELECT count(*) FROM results WHERE state = 'complete'", in: folder) == ["6"])
  }

  @Test("A folder that becomes read-only while a sweep runs ends it at the next checkpoint")
  func meanwhile() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep(
      "--epochs=1000000", "--stopping_step=1000000", "--max_evals", "1", "--checkpoint_interval",
      "0")
    let words =
      Permissions.prefix.split(separator: " ").map(String.init) + [BuiltBinary.url.path] + sweep
    let command = try RunningCommand(URL(filePath: "/usr/bin/env"), words, in: folder)
    let hasBegun = try await command.waits {
      folder.contains("runs/small-1/trial-0000.checkpoint")
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    try await with(0o555, of: ["runs/small-1"], in: folder) {
      let result = try await command.result()
      #expect(result.status == 1)
      #expect(
        result.errorLines.filter { $0.contains("error: ") } == [
          "error: cannot write the checkpoint 'runs/small-1/trial-0000.checkpoint': permission "
            + "denied; make room and repeat the command"
        ], "\(result.errors)")
    }
    #expect(folder.contains("runs/small-1/trial-0000.checkpoint"))
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
  }
}
