import Foundation
import GRDB
import TestSupport
import Testing

/// What the disk can do to a sweep.
@Suite(.serialized) struct DiskTests {
  /// Runs the sweep where no file may grow beyond a number of 512-byte blocks. Its output goes
  /// through a pipe, which the limit does not touch.
  private func limitedSweep(blocks: Int, in folder: TemporaryFolder) async throws -> CommandResult {
    let arguments = SmallLog.sweep("--epochs=2").joined(separator: " ")
    return try await BuiltBinary.shell(
      """
      { ( ulimit -f \(blocks); exec "$SINE_TUNE" \(arguments) ); echo "exit $?"; } 2>&1 | cat
      """, in: folder)
  }

  @Test("No space for the first page is one clear line, and no sweep")
  func noSpaceAtAll() async throws {
    let folder = try SmallLog.folder()
    let result = try await limitedSweep(blocks: 0, in: folder)
    #expect(result.output.hasSuffix("exit 1\n"), "\(result.output)")
    #expect(result.output.contains("error: "))
    #expect(result.output.contains("runs/results.db"))
  }

  @Test("Space that runs out in the middle ends the sweep in order; with space it goes on")
  func spaceRunsOut() async throws {
    let folder = try SmallLog.folder()
    // As many blocks as the tables need, and then some, but too few for the whole sweep.
    let created = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=2", "--max_evals", "1"), in: folder)
    #expect(created.status == 0, "\(created.errors)")
    let result = try await limitedSweep(blocks: 16, in: folder)
    #expect(result.output.hasSuffix("exit 1\n"), "\(result.output)")
    #expect(result.output.contains("error: "))
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    let rest = try await BuiltBinary.run(SmallLog.sweep("--epochs=2"), in: folder)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(
      try query("SELECT state, count(*) FROM results GROUP BY state", in: folder) == ["complete|6"])
  }

  @Test("A database of a newer version is left alone")
  func newerVersion() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals", "1")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
    try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
    try queue.close()
    let before = try query("SELECT * FROM trial", in: folder)
    let result = try await BuiltBinary.run(sweep, in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains("error: "))
    #expect(result.errors.contains("99"))
    #expect(try query("SELECT * FROM trial", in: folder) == before)
    #expect(try query("PRAGMA user_version", in: folder) == ["99"])
  }

  @Test("A result that cannot be written is an error and no trap")
  func fullOutput() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.shell(
      "$SINE_TUNE --params_file hyper.test --dry_run > /dev/full", in: folder)
    #expect(result.status == 1)
    #expect(result.errors == "error: cannot write the result: no space left on device\n")
  }
}
