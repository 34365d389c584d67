import Foundation
import GRDB

/// Whether the pages of a file make up a database.
enum Integrity {
  /// How much is looked at.
  enum Check: String {
    /// Every page and every row.
    case quick = "quick_check"
    /// Besides, whether the indexes have the same rows as their tables. A copy that was made while somebody
    /// wrote may have pages from before and after.
    case full = "integrity_check"
  }

  /// Throws `StorageError.damaged` with the first fault.
  static func demand(_ check: Check, of db: Database, path: String) throws {
    let found: [String] = try db.values(
      "integrity_check", sql: "PRAGMA \(check.rawValue)(1)")
    guard found != ["ok"] else { return }
    // SQLite puts the name of the schema in a line above.
    let fault = found.first?.split(separator: "\n").last.map(String.init) ?? "it has no pages"
    throw StorageError.damaged(path: path, reason: fault)
  }

  /// The check that a file needs before it is used; nil if it was closed in order, or is in use.
  ///
  /// A file that says that it has a log and has none is a copy, was closed by another program, or has lost
  /// the log. A log that nobody has open was left by a killed process, or was copied together with the
  /// file, but not in the same instant.
  static func check(neededBy place: DatabasePlace) -> Check? {
    guard let header = DatabaseHeader(ofFile: place.file.path), header.hasLog else { return nil }
    guard let size = place.size(ofCompanion: DatabasePlace.log) else { return .full }
    return isOpen(place) ? nil : size == 0 ? .full : .quick
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
