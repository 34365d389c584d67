import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// Paths that are no plain file, and files that come and go while they are opened.
@Suite struct PlaceTests {
  @Test(
    "What can hold no results is refused by name, and left as it is",
    arguments: [ResultsDatabase.Access.read, .write])
  func noFile(access: ResultsDatabase.Access) throws {
    let folder = try TemporaryFolder()
    let fifo = folder.path("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    #expect(throws: StorageError.notAFile(path: fifo, kind: "a FIFO")) {
      try ResultsDatabase(path: fifo, access: access)
    }
    #expect(throws: StorageError.notAFile(path: "/dev/null", kind: "a device")) {
      try ResultsDatabase(path: "/dev/null", access: access)
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: fifo)
    #expect(throws: StorageError.notAFile(path: folder.path("link"), kind: "a FIFO")) {
      try ResultsDatabase(path: folder.path("link"), access: access)
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("loop"), withDestinationPath: folder.path("loop"))
    #expect {
      try ResultsDatabase(path: folder.path("loop"), access: access)
    } throws: { error in
      if case StorageError.cannotOpen(folder.path("loop"), _) = error { true } else { false }
    }
    for path in [folder.url.path, folder.path("new") + "/", ""] {
      #expect(throws: StorageError.isFolder(path: path)) {
        try ResultsDatabase(path: path, access: access)
      }
    }
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: folder.url.path))
        == ["fifo", "link", "loop"])
  }

  @Test("A link that leads nowhere yet is created through, and its log lies beside the file")
  func danglingLink() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "disk/nothing")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("second.db"), withDestinationPath: "disk/real.db")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("first.db"), withDestinationPath: folder.path("second.db"))
    let path = folder.path("first.db")
    #expect(throws: StorageError.missing(path: path)) {
      try ResultsDatabase(path: path, access: .read)
    }
    let database = try ResultsDatabase(path: path)
    try database.openSweep(sampleSweep()).runTrial()
    #expect(folder.contains("disk/real.db-wal") && !folder.contains("first.db-wal"))
    #expect(try ResultsDatabase(path: path, access: .read).sweeps().count == 1)
    // The log is watched where it lies.
    try FileManager.default.removeItem(atPath: folder.path("disk/real.db-wal"))
    #expect(throws: StorageError.self) { try database.openSweep(sampleSweep()) }

    try FileManager.default.createSymbolicLink(
      atPath: folder.path("far.db"), withDestinationPath: "no-disk/real.db")
    #expect {
      try ResultsDatabase(path: folder.path("far.db"))
    } throws: { error in
      guard case StorageError.cannotOpen(_, let reason) = error else { return false }
      return reason.contains("no-disk/real.db'") && reason.contains("no such folder")
    }
  }

  @Test("A place that another process takes in between keeps that process's file")
  func takenPlace() throws {
    let folder = try TemporaryFolder()
    let file = URL(filePath: folder.path("results.db"))
    let draft = DatabaseDraft(for: file, owner: .current)
    try draft.make()
    try Data("other".utf8).write(to: file)
    try draft.publish()
    #expect(try Data(contentsOf: file) == Data("other".utf8))
    draft.remove()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["results.db"])
  }

  @Test("Files that appear and go while others open the database are no error", arguments: 0..<3)
  func comingAndGoing(round: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try ResultsDatabase(path: path).close()
    try concurrently(6) { index in
      for _ in 0..<15 {
        if index.isMultiple(of: 2) {
          let database = try ResultsDatabase(path: path, durability: .normal)
          _ = try database.openSweep(sampleSweep())
          try database.close()
        } else {
          let reader = try ResultsDatabase(path: path, access: .read)
          _ = try reader.sweeps()
          try reader.close()
        }
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["results.db"])
  }

  @Test("A file that is opened for reading gets nothing beside it, whatever state it is in")
  func readersLeaveNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    try database.openSweep(sampleSweep()).runTrial()
    try database.close()
    func mode(_ mode: String) throws {
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = \(mode)") }
      try queue.close()
    }
    for word in ["WAL", "DELETE"] {
      try mode(word)
      let bytes = try Data(contentsOf: URL(filePath: path))
      #expect(try ResultsDatabase(path: path, access: .read).sweeps().count == 1)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      #expect(files == ["results.db"])
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }
  }

  @Test("The processes that hold a lock are read from Linux's table")
  func lockTable() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("x", to: "file").path
    let number = try #require(FileIdentity(path: file)).number
    let table = LockTable(
      """
      1: POSIX  ADVISORY  WRITE 11 08:01:\(number) 120 120
      2: POSIX  ADVISORY  READ 12 08:01:\(number) 120 120
      3: FLOCK  ADVISORY  WRITE 13 08:01:\(number) 0 EOF
      4: POSIX  ADVISORY  WRITE 14 08:01:1\(number) 120 120
      5: POSIX  ADVISORY  WRITE 15 08:01:\(number) 121 127
      5: -> POSIX  ADVISORY  WRITE 16 08:01:\(number) 120 120
      6: OFDLCK ADVISORY  WRITE -1 08:01:\(number) 120 120
      7: POSIX  ADVISORY  WRITE 17 08:01:\(number) 0 EOF
      """)
    #expect(table.writers(of: file, from: 120, through: 120) == [11, 17])
    #expect(LockWait.Holder(pid: Int(getpid()))?.isStopped == false)
    #expect(LockWait.Holder(pid: Int(Int32.max)) == nil)
  }
}
