import Foundation
import GRDB
import TestSupport

/// Rows of a results.db, each a line with `|` between the columns, as `sqlite3` prints them.
func query(_ sql: String, in folder: TemporaryFolder, db: String = "runs/results.db") throws
  -> [String]
{
  var configuration = GRDB.Configuration()
  configuration.readonly = true
  // The first to open a database after a kill has it for itself for a moment.
  configuration.busyMode = .timeout(10)
  let queue = try DatabaseQueue(path: folder.file(db).path, configuration: configuration)
  return try queue.read { database in
    try Row.fetchAll(database, sql: sql).map { row in
      row.databaseValues
        .map { $0.isNull ? "" : String.fromDatabaseValue($0) ?? "\($0.storage.value ?? "")" }
        .joined(separator: "|")
    }
  }
}
