import Foundation
import GRDB
import TestSupport
import Testing

/// Several processes on one results.db.
@Suite(.startsProcesses) struct SharedSweepTests {
  private static let sweep = SmallLog.sweep(
    "--epochs=25", "--stopping_step=1000", "--jobs", "1", "--threads", "1",
    "--checkpoint_interval", "0")

  private func reference() async throws -> SweepTables {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(Self.sweep, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return try SweepTables(in: folder)
  }

  @Test("The same command in four terminals is one sweep, and no cell runs twice")
  func fourTerminals() async throws {
    let tables = try await reference()
    let folder = try SmallLog.folder()
    let commands = try (0..<4).map { _ in
      try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
    }
    for command in commands {
      let result = try await command.result()
      #expect(result.status == 0, "\(result.errors)")
      // Each process waits for the others and shows the whole sweep.
      #expect(result.output.contains("6 of 6 trials, 6 complete"))
    }
    #expect(try query("SELECT count(*) FROM attempt", in: folder) == ["6"])
    #expect(try query("SELECT count(DISTINCT pid) > 1 FROM attempt", in: folder) == ["1"])
    let found = try SweepTables(in: folder)
    #expect(found == tables, "\(found.differences(from: tables))")
  }

  @Test("The trials of a killed process are finished by the one that is left")
  func survivor() async throws {
    let tables = try await reference()
    let folder = try SmallLog.folder()
    let victim = try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
    let hasBegun = try await victim.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(victim.errorsSoFar)")
    // The process is stopped, so that the other one finds nothing else to do and waits.
    try await stop(victim, in: folder)
    let survivor = try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
    let isWaiting = try await survivor.waits {
      survivor.errorsSoFar.contains("waiting for 1 trial of other processes")
    }
    #expect(isWaiting, "\(survivor.errorsSoFar)")
    victim.signal(SIGKILL)
    #expect(try await victim.result().status == 137)
    let result = try await survivor.result()
    #expect(result.status == 0, "\(result.errors)")
    let found = try SweepTables(in: folder)
    #expect(found == tables, "\(found.differences(from: tables))")
    #expect(try SweepTables.problems(in: folder) == [])
  }

  /// Stops a process at a moment at which it does not hold the database.
  private func stop(_ command: RunningCommand, in folder: TemporaryFolder) async throws {
    let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
    while command.signal(SIGSTOP) {
      // The signal takes effect at once, but not before the call returns.
      try await Task.sleep(for: .milliseconds(20))
      let isFree = try await queue.writeWithoutTransaction { database in
        do {
          try database.inTransaction(.immediate) { .rollback }
          return true
        } catch DatabaseError.SQLITE_BUSY {
          return false
        } catch DatabaseError.SQLITE_PROTOCOL {
          // It holds a lock of the write-ahead log for a moment.
          return false
        }
      }
      if isFree { break }
      command.signal(SIGCONT)
      try await Task.sleep(for: .milliseconds(5))
    }
    try queue.close()
  }

  @Test("Different sweeps in one file at once do not disturb each other")
  func differentSweeps() async throws {
    let folder = try SmallLog.folder()
    let commands = try (0..<3).map { number in
      try RunningCommand(
        BuiltBinary.url, Self.sweep + ["--sweep", "s\(number)", "--seed=\(number)"], in: folder)
    }
    for command in commands { #expect(try await command.result().status == 0) }
    #expect(
      try query("SELECT sweep, count(*) FROM results GROUP BY 1 ORDER BY 1", in: folder)
        == ["s0|6", "s1|6", "s2|6"])
    #expect(try query("SELECT count(*) FROM attempt", in: folder) == ["18"])
  }

  @Test("One job, two and eight give identical tables")
  func jobs() async throws {
    let tables = try await reference()
    for jobs in ["2", "8"] {
      let folder = try SmallLog.folder()
      let result = try await BuiltBinary.run(Self.sweep + ["--jobs", jobs], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let found = try SweepTables(in: folder)
      #expect(found == tables, "\(found.differences(from: tables))")
    }
  }

  @Test("The early stop is the same in one process and in three")
  func earlyStop() async throws {
    let stopping = Self.sweep + ["--early_stop", "2"]
    let space = """
      learning_rate choice [0.02,0.01,0.005,0.002,0.001]
      prototype_size choice [8,12,16]

      """
    let alone = try SmallLog.folder(space: space)
    #expect(try await BuiltBinary.run(stopping, in: alone).status == 0)
    let tables = try SweepTables(in: alone)
    #expect(try query("SELECT count(*) BETWEEN 2 AND 14 FROM trial", in: alone) == ["1"])
    let shared = try SmallLog.folder(space: space)
    let commands = try (0..<3).map { _ in
      try RunningCommand(BuiltBinary.url, stopping, in: shared)
    }
    for command in commands {
      let result = try await command.result()
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("stopped early: 2 trials in a row without a better score"))
    }
    let found = try SweepTables(in: shared)
    #expect(found == tables, "\(found.differences(from: tables))")
  }
}
