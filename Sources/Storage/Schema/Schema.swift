import GRDB

/// The formats of results.db: what file is ours, and how an older one becomes a newer one.
///
/// The format's number is SQLite's `user_version`, and all of a file's migrations happen in one
/// transaction: a file has a format from its first page on, or it stays empty.
enum Schema {
  /// SQLite's `application_id`: the letters SINE.
  static let applicationID = 0x5349_4E45

  /// Migration n makes format n + 1. A migration that has landed is never edited.
  private static let migrations = [migration1, migration2, migration3, migration4]

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
  ///
  /// Refuses an older file on which another process works: that process would go on writing what the
  /// newer format reads otherwise.
  ///
  /// - Parameters:
  ///   - viewer: The process that looks whether others are alive; nil for a copy that nobody else has.
  ///   - takesOver: Processes that cannot be seen count as gone.
  static func migrate(
    _ db: Database, path: String, seenFrom viewer: Participant?, takesOver: Bool = false
  ) throws {
    guard try format(of: db, path: path) < version else { return }
    // A table that others refer to is made anew, which is not possible while keys are watched.
    try db.execute(sql: "PRAGMA foreign_keys = OFF")
    defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
    try db.inTransaction(.immediate) {
      // Another process may have been faster.
      let format = try format(of: db, path: path)
      if format > 0, format < version, let viewer,
        let owner = try Attempt.livingOwners(seenFrom: viewer, in: db)
          .first(where: { !takesOver || viewer.life(of: $0) != .unseen })
      {
        throw StorageError.inUse(path: path, host: owner.host, pid: owner.pid)
      }
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
