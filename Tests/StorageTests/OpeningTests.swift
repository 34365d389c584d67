import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

@Suite struct OpeningTests {
  @Test("A new file gets its folder, our mark, the newest format, a write-ahead log and its views")
  func newFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a/b/results.db")
    let database = try ResultsDatabase(path: path)
    #expect(try database.rows("PRAGMA application_id") == ["1397313093"])
    #expect(try database.rows("PRAGMA user_version") == ["\(Schema.version)"])
    #expect(try database.rows("PRAGMA journal_mode") == ["wal"])
    #expect(try database.rows("PRAGMA synchronous") == ["2"])
    #expect(try database.rows("PRAGMA foreign_keys") == ["1"])
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    #expect(try database.rows("SELECT * FROM results").isEmpty)
    #expect(try database.sweeps().isEmpty)
  }

  @Test("The schema of format 4 has these tables and views")
  func schema() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let names = try database.rows(
      "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type, name")
    #expect(
      names == [
        "table|alembic_version", "table|attempt", "table|choice", "table|decision",
        "table|deletedDecision", "table|epoch", "table|metric", "table|outcome",
        "table|parameter", "table|resultColumn", "table|setting", "table|sqlite_sequence",
        "table|studies",
        "table|study_directions", "table|study_system_attributes", "table|study_user_attributes",
        "table|sweep", "table|sweepRevision", "table|trial", "table|trialParameter",
        "table|trial_heartbeats",
        "table|trial_system_attributes", "table|version_info", "view|configurations",
        "view|curve", "view|decisions",
        "view|failure",
        "view|results", "view|trial_intermediate_values", "view|trial_params",
        "view|trial_user_attributes", "view|trial_values", "view|trials",
      ])
  }

  @Test("Opening a file again keeps what is in it")
  func openAgain() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try ResultsDatabase(path: path).openSweep(sampleSweep()).runTrial()
    let again = try ResultsDatabase(path: path)
    #expect(try again.rows("SELECT trial, state FROM results") == ["0|complete"])
    let reader = try ResultsDatabase(path: path, access: .read)
    #expect(try reader.rows("SELECT trial, state FROM results") == ["0|complete"])
  }

  @Test("A name that means something special to SQLite is the name of a file")
  func specialName() throws {
    let folder = try TemporaryFolder()
    _ = try ResultsDatabase(path: folder.path(":memory:"))
    #expect(FileManager.default.fileExists(atPath: folder.path(":memory:")))
  }

  @Test("An empty file becomes a database")
  func emptyFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try Data().write(to: URL(filePath: path))
    #expect(throws: StorageError.missing(path: path)) {
      try ResultsDatabase(path: path, access: .read)
    }
    #expect(try ResultsDatabase(path: path).sweeps().isEmpty)
  }

  @Test(
    "A file that is no database stays as it is", arguments: [ResultsDatabase.Access.write, .read])
  func notADatabase(access: ResultsDatabase.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("notes.txt")
    let text = Data(String(repeating: "user_id:token\titem_id:token\n", count: 100).utf8)
    try text.write(to: URL(filePath: path))
    #expect(throws: StorageError.notADatabase(path: path)) {
      try ResultsDatabase(path: path, access: access)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["notes.txt"])
  }

  @Test(
    "Another program's database stays as it is",
    arguments: [
      "CREATE TABLE note (text)", "PRAGMA application_id = 7", "PRAGMA user_version = 3",
      "PRAGMA journal_mode = WAL; CREATE TABLE note (text)",
    ])
  func foreignDatabase(sql: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("other.db")
    let other = try DatabaseQueue(path: path)
    try other.writeWithoutTransaction { try $0.execute(sql: sql) }
    try other.close()
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(throws: StorageError.foreign(path: path)) { try ResultsDatabase(path: path) }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test("A newer format is refused with both numbers and stays as it is")
  func newerFormat() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    _ = try ResultsDatabase(path: path)
    let other = try DatabaseQueue(path: path)
    try other.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
    try other.close()
    let before = try Data(contentsOf: URL(filePath: path))
    let error = StorageError.newerVersion(path: path, found: 99, supported: Schema.version)
    #expect(throws: error) { try ResultsDatabase(path: path) }
    #expect(throws: error) { try ResultsDatabase(path: path, access: .read) }
    #expect(
      error.description
        == "'\(path)' has format 99, this sine-tune knows format \(Schema.version); update sine-tune"
    )
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test("A damaged database is called damaged")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    _ = try ResultsDatabase(path: path)
    var data = try Data(contentsOf: URL(filePath: path))
    data.replaceSubrange(100..<data.count, with: Data(repeating: 0x5A, count: data.count - 100))
    try data.write(to: URL(filePath: path))
    #expect {
      try ResultsDatabase(path: path)
    } throws: { error in
      if case StorageError.damaged(path, _) = error { return true }
      return false
    }
  }

  @Test("A missing file is not made by a reader")
  func missing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a/results.db")
    #expect(throws: StorageError.missing(path: path)) {
      try ResultsDatabase(path: path, access: .read)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("A folder is no file")
  func folder() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StorageError.isFolder(path: folder.url.path)) {
      try ResultsDatabase(path: folder.url.path)
    }
  }

  @Test("A folder that cannot be made is named, with the system's reason")
  func uncreatableFolder() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: URL(filePath: folder.path("file")))
    let path = folder.path("file/results.db")
    #expect {
      try ResultsDatabase(path: path)
    } throws: { error in
      guard case StorageError.cannotCreateFolder(folder.path("file"), let reason) = error else {
        return false
      }
      return !reason.isEmpty && !reason.contains("\n")
    }
  }

  #if os(Linux)
    @Test("A folder in which nobody can make a file is reported")
    func unwritableFolder() {
      #expect {
        try ResultsDatabase(path: "/proc/results.db")
      } throws: { error in
        if case StorageError.cannotOpen("/proc/results.db", _) = error { return true }
        return false
      }
    }
  #endif

  @Test("A full disk stops a write with a clear error and leaves the file sound")
  func diskFull() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    let sweep = try database.openSweep(sampleSweep())
    let claim = try #require(try sweep.nextClaim())
    try database.write { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    #expect(throws: StorageError.diskFull(path: path)) {
      for epoch in 0..<10_000 { try sweep.record(report(epoch), of: claim) }
    }
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    let epochs = try database.rows("SELECT count(*) FROM epoch")
    #expect(try database.rows("SELECT count(DISTINCT epoch) FROM metric") == epochs)
  }

  @Test("A write where only reading is allowed is an error about the file")
  func readOnly() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    _ = try ResultsDatabase(path: path)
    let reader = try ResultsDatabase(path: path, access: .read)
    #expect(throws: StorageError.readOnly(path: path)) {
      try reader.openSweep(sampleSweep())
    }
  }

  @Test(
    "Every error of SQLite is one line that names the file",
    arguments: [
      ResultCode.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_READONLY, .SQLITE_CORRUPT,
      .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_ERROR,
    ])
  func descriptions(code: ResultCode) {
    let error = StorageError(DatabaseError(resultCode: code), path: "runs/results.db")
    #expect(error.description.contains("'runs/results.db'"))
    #expect(!error.description.contains("\n"))
    #expect(!error.description.hasSuffix("."))
  }
}

@Suite struct DatabaseDraftTests {
  @Test("What a killed process left of a new file is removed, what a living one makes is kept")
  func abandoned() throws {
    let folder = try TemporaryFolder()
    let file = URL(filePath: folder.path("results.db"))
    let current = ProcessIdentity.current
    func variant(boot: String?, namespace: String?, start: String) -> ProcessIdentity {
      ProcessIdentity(
        host: current.host, bootID: boot, pidNamespace: namespace, pid: current.pid, start: start)
    }
    let killed = variant(boot: current.bootID, namespace: current.pidNamespace, start: "1")
    let rebooted = variant(boot: "0-b", namespace: current.pidNamespace, start: "1")
    // Containers that share the name of their host.
    let contained = variant(boot: current.bootID, namespace: "pid:[7]", start: "2")
    for owner in [current, killed, rebooted, contained, .elsewhere] {
      let draft = DatabaseDraft(for: file, owner: owner)
      for suffix in ["", "-wal"] {
        try Data().write(to: URL(filePath: draft.file.path + suffix))
      }
    }
    try Data().write(to: URL(filePath: file.path + ".new-of-somebody-else"))
    DatabaseDraft.removeAbandoned(besides: file, seenFrom: Participant(current))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.count == 7)
    #expect(left.allSatisfy { !$0.contains("-\(current.pid)-1-") })
    #expect(left.count { $0.contains("-\(current.pid)-2-") } == 2)
  }
}
