import Foundation
import GRDB
import TestSupport
import Testing

/// Sweeps whose files cannot grow, or cannot be written or read.
@Suite(.startsProcesses) struct DiskTests {
  /// Runs the sweep with a limit for the size of every file, in blocks of 512 bytes. The output goes
  /// through a pipe, which has no limit.
  private func limitedSweep(
    blocks: Int, options: [String] = ["--epochs=2"], in folder: TemporaryFolder
  ) async throws -> CommandResult {
    let arguments = (SmallLog.sweep() + options).joined(separator: " ")
    return try await BuiltBinary.shell(
      """
      { ( ulimit -f \(blocks); exec "$SINE_TUNE" \(arguments) ); echo "exit $?"; } 2>&1 | cat
      """, in: folder)
  }

  @Test("No space for the first page is one clear line, and makes no sweep")
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
    // Enough blocks for the tables and a few epochs, but not for the whole sweep.
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

  /// The step between two limits that are tried, in blocks of 512 bytes. `SINE_TUNE_FUZZING=full` tries
  /// every page of the log.
  private static let stride = FuzzingEffort.isFull ? 8 : 61

  @Test(
    "Wherever a write fails, the sweep ends with one line, and with more room it goes on as if undisturbed"
  )
  func everyWrite() async throws {
    let options = ["--epochs=2", "--checkpoint_interval", "0", "--jobs", "1"]
    let reference = try SmallLog.folder()
    #expect(try await BuiltBinary.run(SmallLog.sweep() + options, in: reference).status == 0)
    let tables = try SweepTables(in: reference)
    var failures = 0
    while true {
      let folder = try SmallLog.folder()
      let limited = try await limitedSweep(
        blocks: 1 + failures * Self.stride, options: options, in: folder)
      if limited.output.hasSuffix("exit 0\n") { break }
      failures += 1
      #expect(limited.output.hasSuffix("exit 1\n"), "\(limited.output)")
      #expect(limited.outputLines.count { $0.contains("error: ") } == 1, "\(limited.output)")

      let rest = try await BuiltBinary.run(SmallLog.sweep() + options, in: folder)
      #expect(rest.status == 0, "\(rest.errors)")
      let found = try SweepTables(in: folder)
      #expect(found == tables, "\(found.differences(from: tables))")
      #expect(try SweepTables.problems(in: folder) == [])
      #expect(folder.contents.filter { $0.hasSuffix(".part") }.isEmpty)
    }
    print("disk: \(failures) places of failing writes")
    #expect(failures >= 5)
  }

  @Test("A checkpoint that finds no space ends the sweep, and everything committed stays")
  func checkpoint() async throws {
    // The parameters of 8,000 prototypes take more than the log of a few epochs.
    let folder = try SmallLog.folder(space: "prototype_size choice [8000]\n")
    let options = ["--epochs=3", "--checkpoint_interval", "0"]
    let limited = try await limitedSweep(blocks: 3000, options: options, in: folder)
    #expect(limited.output.hasSuffix("exit 1\n"), "\(limited.output)")
    #expect(
      limited.output.contains(
        "error: cannot write the checkpoint 'runs/small-1/trial-0000.checkpoint': file too large"))
    #expect(try query("SELECT epoch FROM curve", in: folder) == ["0"])
    #expect(folder.contents.filter { $0.contains("checkpoint") }.isEmpty)
    let rest = try await BuiltBinary.run(SmallLog.sweep() + options, in: folder)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try query("SELECT epoch FROM curve", in: folder) == ["0", "1", "2"])
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

  @Test("A result that cannot be written is an error and not a crash")
  func fullOutput() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.shell(
      "$SINE_TUNE --params_file hyper.test --dry_run > /dev/full", in: folder)
    #expect(result.status == 1)
    #expect(result.errors == "error: cannot write the result: no space left on device\n")
  }
}
