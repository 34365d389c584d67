import Foundation
import GRDB
import TestSupport
import Testing

/// Sweeps whose files another process removes or replaces while they run.
@Suite(.startsProcesses) struct LostFileTests {
  private static let sweep = SmallLog.sweep("--epochs=1000000", "--stopping_step=1000000")

  /// Runs the sweep, changes its files after a few epochs, and waits for its end.
  private func run(
    in folder: TemporaryFolder, _ sweep: [String] = sweep, losing lose: () throws -> Void
  ) async throws -> CommandResult {
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    try lose()
    let result = try await command.result()
    #expect(result.status == 1)
    #expect(result.errorLines.count { $0.hasPrefix("error: ") } == 1, "\(result.errors)")
    return result
  }

  private static func message(_ name: String) -> String {
    "error: 'runs/\(name)' was removed or replaced while it was in use; what is written now would "
      + "be lost"
  }

  @Test(
    "A database that is removed while a sweep runs ends it in one line", arguments: [true, false])
  func removal(withFolder: Bool) async throws {
    let folder = try SmallLog.folder()
    let result = try await run(in: folder) {
      if withFolder {
        // Moved aside first, or the sweep would write its next checkpoint while the folder is emptied.
        try FileManager.default.moveItem(at: folder.file("runs"), to: folder.file("old"))
        try FileManager.default.removeItem(at: folder.file("old"))
        return
      }
      for suffix in ["", "-wal", "-shm"] {
        try FileManager.default.removeItem(at: folder.file("runs/results.db" + suffix))
      }
    }
    #expect(result.errorLines.last == Self.message("results.db"), "\(result.errors)")
    #expect(!folder.contains("runs/results.db"))
  }

  @Test(
    "The removal of a file that SQLite keeps beside the database is found as well",
    arguments: ["-wal", "-shm"])
  func companion(suffix: String) async throws {
    let folder = try SmallLog.folder()
    let result = try await run(in: folder) {
      try FileManager.default.removeItem(at: folder.file("runs/results.db" + suffix))
    }
    #expect(
      result.errorLines.last == Self.message("results.db" + suffix), "\(result.errors)")
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    #expect(try query("SELECT count(*) > 3 FROM epoch", in: folder) == ["1"])
  }

  @Test(
    "If another database takes the place of the sweep's, neither of the two is written to any more")
  func replacement() async throws {
    let other = try SmallLog.folder()
    let made = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=2", "--max_evals", "1"), in: other)
    #expect(made.status == 0, "\(made.errors)")
    let bytes = try Data(contentsOf: other.file("runs/results.db"))
    let folder = try SmallLog.folder()
    let result = try await run(in: folder) {
      try folder.write(bytes, to: "runs/new.db")
      #expect(rename(folder.file("runs/new.db").path, folder.file("runs/results.db").path) == 0)
    }
    #expect(result.errorLines.last == Self.message("results.db"), "\(result.errors)")
    #expect(try Data(contentsOf: folder.file("runs/results.db")) == bytes)
  }

  @Test(
    "A page that the disk cannot read ends the sweep with one line, and the sweep can go on later")
  func lostPage() async throws {
    let folder = try SmallLog.folder()
    let command = try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    command.signal(SIGBUS)
    let result = try await command.result()
    #expect(result.status == 1)
    #expect(result.errorLines.count { $0.hasPrefix("error: ") } == 1, "\(result.errors)")
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])

    let again = try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
    let isResumed = try await again.waits { again.errorsSoFar.contains("resuming small-1") }
    #expect(isResumed, "\(again.errorsSoFar)")
    again.signal(SIGTERM)
    #expect(try await again.result().status == 143)
  }

  @Test("A sweep goes on if its data file is removed, because it has read the file")
  func data() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=40", "--stopping_step=1000")
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 0 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    try FileManager.default.removeItem(at: folder.file("data"))
    let result = try await command.result()
    #expect(result.status == 0, "\(result.errors)")
    #expect(try query("SELECT count(*) FROM results WHERE state = 'complete'", in: folder) == ["6"])
  }
}
