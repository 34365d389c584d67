import Foundation
import GRDB
import Literals

/// Whether the pages of a file make up a database.
enum Integrity {
  /// How much is looked at.
  enum Check: String {
    /// Every page and every row.
    case quick = "quick_check"
    /// Besides, whether indexes and tables have the rows that each other names. A copy that was made while
    /// somebody wrote may have pages from before and after.
    case full = "integrity_check"
  }

  /// Throws `StorageError.damaged` with the first fault.
  static func demand(_ check: Check, of db: Database, path: String) throws {
    let found: [String] = try db.values(
      "integrity_check", sql: "PRAGMA \(check.rawValue)(1)")
    if found != ["ok"] {
      // SQLite puts the name of the schema in a line above.
      let fault = found.first?.split(separator: "\n").last.map(String.init) ?? "it has no pages"
      throw StorageError.damaged(path: path, reason: fault)
    }
    guard check == .full, try Schema.format(of: db, path: path) == Schema.version else { return }
    if let fault = try lostRow(in: db) ?? lostEpochs(in: db) {
      throw StorageError.damaged(path: path, reason: fault)
    }
  }

  private static func lostRow(in db: Database) throws -> String? {
    guard let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") else { return nil }
    let table: String = try row.value(at: 0, "foreign_key_check.table")
    let parent: String = try row.value(at: 2, "foreign_key_check.parent")
    return "a row of \(table) belongs to a row of \(parent) that is not there"
  }

  /// Pages from before and after may agree with each other, and yet a trial that is complete has no outcome
  /// or only some of its epochs.
  private static func lostEpochs(in db: Database) throws -> String? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT number, epochs, found, isSettled FROM (
          SELECT number, epochs,
            (SELECT count(*) FROM epoch WHERE epoch.trial = trial.id) AS found,
            EXISTS (SELECT 1 FROM decision JOIN outcome ON outcome.decision = decision.id
              WHERE decision.trial = trial.id AND kind = 'complete') AS isSettled
          FROM trial WHERE state = 'complete')
        WHERE NOT isSettled OR found > 0 AND epochs <> found LIMIT 1
        """)
    guard let row else { return nil }
    let number: Int = try row.value(at: 0, "trial.number")
    let isSettled: Bool = try row.value(at: 3, "outcome.kind")
    guard isSettled else { return "trial \(number) is complete and has no outcome" }
    let epochs: Int = try row.value(at: 1, "trial.epochs")
    let found: Int = try row.value(at: 2, "epoch.number")
    return "trial \(number) has \(found) of its \(counted(epochs, "epoch"))"
  }

  /// Whether a file has to be looked at before it is used: it was not closed in order, and is not in use.
  ///
  /// A file that says that it has a log and has none is a copy, was closed by another program, or has lost
  /// the log. A log that nobody has open was left by a killed process, or was copied together with the
  /// file, but not in the same instant.
  static func isInDoubt(_ place: DatabasePlace) -> Bool {
    if OpenFiles.areOpen(place) { return false }
    guard DatabaseHeader(ofFile: place.file.path)?.hasLog == true else { return false }
    return place.size(ofCompanion: DatabasePlace.log) == nil || !isOpen(place)
  }

  /// Whether a process has the database open in WAL mode. All of them share a lock on one byte of the index.
  private static func isOpen(_ place: DatabasePlace) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: place.companion(DatabasePlace.index)) else {
      return false
    }
    defer { try? handle.close() }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 128
    lock.l_len = 1
    return fcntl(handle.fileDescriptor, F_GETLK, &lock) != 0 || lock.l_type != Int16(F_UNLCK)
  }
}
