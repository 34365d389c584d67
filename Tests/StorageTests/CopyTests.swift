import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// Copies of the file alone, without the log beside it, as `cp` makes them.
@Suite struct CopyTests {
  /// The rows of a copy of the file alone; nil if it is not whole.
  private func rowsOfCopy(_ path: String, in folder: TemporaryFolder) throws -> [String]? {
    let copy = folder.path("copy-\(UUID()).db")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    do {
      return try ResultsDatabase(path: copy, access: .read).rows(
        "SELECT trial, state, epochs, best_epoch, valid_score FROM results ORDER BY trial")
    } catch is StorageError {
      return nil
    }
  }

  @Test(
    "A copy that is made while a process works holds every trial that has ended",
    arguments: [ResultsDatabase.Durability.full, .normal])
  func finishedTrials(durability: ResultsDatabase.Durability) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let sweep = try ResultsDatabase(path: path, durability: durability).openSweep(sampleSweep())
    for (count, end) in [complete(), .failed(.timedOut, message: "slow"), paused()].enumerated() {
      try sweep.runTrial(end: end)
      let rows = try sweep.database.rows(
        "SELECT trial, state, epochs, best_epoch, valid_score FROM results ORDER BY trial")
      #expect(rows.count == count + 1)
      // These trials are too short to wait for the disk.
      let deadline = ContinuousClock.now + .seconds(60)
      while try rowsOfCopy(path, in: folder) != rows, ContinuousClock.now < deadline {
        Thread.sleep(forTimeInterval: 0.005)
      }
      #expect(try rowsOfCopy(path, in: folder) == rows)
    }
    #expect(FileIdentity(path: path + "-wal").map { $0.size < 1_000_000 } == true)
  }

  @Test("A database that was closed is whole by itself, and needs no look at every page")
  func closed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    try database.openSweep(sampleSweep()).runTrial()
    #expect(DatabaseHeader(ofFile: path)?.hasLog == true)
    try database.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["results.db"])
    #expect(DatabaseHeader(ofFile: path)?.hasLog == false)
    #expect(!Integrity.isInDoubt(try DatabasePlace(path: path)))
  }

  @Test("Of processes that end at once the last one leaves the file whole by itself")
  func closedAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    for _ in 0..<5 {
      let databases = try (0..<4).map { _ in try ResultsDatabase(path: path) }
      try concurrently(4) { try databases[$0].close() }
      #expect(DatabaseHeader(ofFile: path)?.hasLog == false)
    }
  }

  /// Puts a page of an older copy into a newer one, as a copy has them that was made during a write.
  /// Moves all that the log holds into the file. A trial that ends waits for this only for a while.
  private func moveLog(of path: String) throws {
    let queue = try DatabaseQueue(path: path)
    // The process itself may be doing the same in the background, for which SQLite does not wait.
    while try queue.writeWithoutTransaction({
      try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(FULL)")?["busy"] == 1
    }) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    try queue.close()
  }

  @Test(
    "A torn copy is damaged, whoever opens it", arguments: [ResultsDatabase.Access.read, .write])
  func torn(access: ResultsDatabase.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let sweep = try ResultsDatabase(path: path).openSweep(
      sampleSweep(interestSizes: (1...20).map { .integer($0) }))
    for _ in 0..<10 { try sweep.runTrial() }
    try moveLog(of: path)
    let old = try Data(contentsOf: URL(filePath: path))
    for _ in 0..<10 { try sweep.runTrial() }
    try moveLog(of: path)
    let new = try Data(contentsOf: URL(filePath: path))
    var (torn, accepted) = (0, 0)
    for cut in stride(from: 4096, to: old.count, by: 4096) {
      let mixed = old.prefix(cut) + new.dropFirst(cut)
      guard mixed != new, mixed != old else { continue }
      let copy = folder.path("copy-\(cut).db")
      try mixed.write(to: URL(filePath: copy))
      torn += 1
      do {
        _ = try ResultsDatabase(path: copy, access: access)
        accepted += 1
      } catch StorageError.damaged(let path, let reason) {
        #expect(path == copy && !reason.contains("\n"))
      }
    }
    #expect(torn > 10 && accepted == 0, "\(accepted) of \(torn) torn copies were taken for whole")
  }

  @Test("A log that a killed process left, or that was copied beside another state, is looked at")
  func mismatchedLog() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let sweep = try ResultsDatabase(path: path).openSweep(
      sampleSweep(interestSizes: (1...20).map { .integer($0) }))
    try sweep.runTrial()
    try moveLog(of: path)
    let old = try Data(contentsOf: URL(filePath: path))
    for _ in 0..<10 {
      try sweep.runTrial()
      try moveLog(of: path)
    }
    _ = try sweep.nextClaim()
    let copy = folder.path("copy.db")
    try old.write(to: URL(filePath: copy))
    try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
    for access in [ResultsDatabase.Access.read, .write] {
      #expect {
        try ResultsDatabase(path: copy, access: access)
      } throws: { error in
        if case StorageError.damaged(copy, _) = error { true } else { false }
      }
    }
  }
}
