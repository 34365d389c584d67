import GRDB

/// The formats of results.db: what file is ours, and how an older one becomes a newer one.
///
/// The format's number is SQLite's `user_version`, and all of a file's migrations happen in one
/// transaction: a file has a format from its first page on, or it stays empty.
enum Schema {
  /// SQLite's `application_id`: the letters SINE.
  static let applicationID = 0x5349_4E45

  /// Migration n makes format n + 1. A migration that has landed is never edited.
  private static let migrations = [migration1]

  static var version: Int { migrations.count }

  /// The format of a file, 0 for an empty one; reads only.
  static func format(of db: Database, path: String) throws -> Int {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard application == applicationID else {
      let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard application == 0, format == 0, objects == 0 else {
        throw StorageError.foreign(path: path)
      }
      return 0
    }
    guard format <= version else {
      throw StorageError.newerVersion(path: path, found: format, supported: version)
    }
    // Both numbers are written in one transaction.
    guard format > 0 else {
      throw StorageError.damaged(path: path, reason: "its format is \(format)")
    }
    return format
  }

  /// Brings a file to the newest format; leaves a file that is not ours as it was.
  static func migrate(_ db: Database, path: String) throws {
    guard try format(of: db, path: path) < version else { return }
    try db.inTransaction(.immediate) {
      // Another process may have been faster.
      let format = try format(of: db, path: path)
      for migration in migrations.dropFirst(format) {
        try db.execute(sql: migration)
      }
      if format < version {
        try db.execute(
          sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        try ResultViews.rebuild(db)
      }
      return .commit
    }
  }
}
