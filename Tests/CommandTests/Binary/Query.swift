import Foundation
import GRDB
import TestSupport

/// Returns rows of a results.db as `sqlite3` prints them: a line each, with `|` between the columns.
func query(_ sql: String, in folder: TemporaryFolder, db: String = "runs/results.db") throws
  -> [String]
{
  var configuration = GRDB.Configuration()
  configuration.readonly = true
  // The first process that opens a database after a kill locks it for a moment.
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
