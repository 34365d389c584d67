import Foundation
import GRDB
import TestSupport
import Testing

/// Another program that holds the lock of results.db while a sweep runs.
@Suite(.startsProcesses) struct LockTests {
  private static let endless = SmallLog.sweep(
    "--epochs=1000000", "--stopping_step=1000000", "--jobs", "2")

  /// Starts a sweep, lets this process lock its file after a few epochs, and does the work meanwhile.
  private func locked(
    _ sweep: [String], in folder: TemporaryFolder,
    _ work: (RunningCommand, _ unlock: () throws -> Void) async throws -> Void
  ) async throws {
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(60)
    configuration.allowsUnsafeTransactions = true
    let queue = try DatabaseQueue(
      path: folder.file("runs/results.db").path, configuration: configuration)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    try await work(command) {
      try queue.writeWithoutTransaction { db in
        if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
      }
    }
    try await queue.writeWithoutTransaction { db in
      if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
    }
  }

  private static let notice =
    "waiting for the lock of 'runs/results.db', which process \(getpid()) ("

  @Test("A sweep says who holds the lock, waits as long as it takes, and goes on")
  func waiting() async throws {
    let folder = try SmallLog.folder()
    try await locked(Self.endless, in: folder) { command, unlock in
      let isTold = try await command.waits { command.errorsSoFar.contains(Self.notice) }
      #expect(isTold, "\(command.errorsSoFar)")
      let reader = try await BuiltBinary.run(["status"], in: folder)
      #expect(reader.status == 0 && reader.output.contains("small-1"), "\(reader.errors)")
      let before = try query("SELECT count(*) FROM epoch", in: folder)
      try unlock()
      let goesOn = try await command.waits {
        (try? query("SELECT count(*) FROM epoch", in: folder)) != before
      }
      #expect(goesOn, "\(command.errorsSoFar)")
      command.signal(SIGTERM)
      #expect(try await command.result().status == 143)
    }
  }

  @Test(
    "A signal ends the wait at once, with the words for resuming", arguments: [SIGINT, SIGTERM])
  func signals(number: Int32) async throws {
    let folder = try SmallLog.folder()
    try await locked(Self.endless, in: folder) { command, _ in
      let isTold = try await command.waits { command.errorsSoFar.contains(Self.notice) }
      #expect(isTold, "\(command.errorsSoFar)")
      let sent = ContinuousClock.now
      command.signal(number)
      let result = try await command.result()
      // The lock is still held. The wait alone would have no end.
      #expect(ContinuousClock.now - sent < .seconds(60))
      #expect(result.status == 128 + number)
      #expect(result.errors.contains("'runs/results.db' is still locked"), "\(result.errors)")
      #expect(result.errors.contains("to resume, repeat the command"), "\(result.errors)")
      #expect(!result.errors.contains("error: "), "\(result.errors)")
    }
    let rest = try await BuiltBinary.run(Self.endless + ["--timeout", "1s"], in: folder)
    #expect(rest.errors.contains("resuming small-1"), "\(rest.errors)")
  }

  @Test("A time limit that is over ends the wait as well")
  func timeout() async throws {
    let folder = try SmallLog.folder()
    try await locked(Self.endless + ["--timeout", "8s"], in: folder) { command, _ in
      let result = try await command.result()
      #expect(result.errors.contains("the time limit of 8s is over"), "\(result.errors)")
      #expect(result.errors.contains("to resume, repeat the command"), "\(result.errors)")
      #expect(!result.errors.contains("error: "), "\(result.errors)")
    }
  }

  @Test("A lock from the start is waited for, and a signal ends the wait")
  func opening() async throws {
    let folder = try SmallLog.folder()
    #expect(
      try await BuiltBinary.run(SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder).status
        == 0)
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    let queue = try DatabaseQueue(
      path: folder.file("runs/results.db").path, configuration: configuration)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let isTold = try await command.waits { command.errorsSoFar.contains(Self.notice) }
    #expect(isTold, "\(command.errorsSoFar)")
    command.signal(SIGINT)
    #expect(try await command.result().status == 130)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
  }
}
