import Foundation
import GRDB
import TestSupport

/// Changes a results.db as somebody does who gets around its triggers, or as an old version has left it.
func force(_ sql: String, in folder: TemporaryFolder) throws {
  let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
  try queue.write { database in
    let triggers = try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
    let definitions = try String.fetchAll(
      database, sql: "SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    for name in triggers { try database.execute(sql: "DROP TRIGGER \(name)") }
    try database.execute(sql: sql)
    for definition in definitions { try database.execute(sql: definition) }
  }
  try queue.close()
}

/// Returns rows of a results.db as `sqlite3` prints them: a line each, with `|` between the columns.
func query(_ sql: String, in folder: TemporaryFolder, db: String = "runs/results.db") throws
  -> [String]
{
  let path = folder.file(db).path
  do {
    return try query(sql, path: path, isReadOnly: true)
  } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
    // A process was killed when it had just ended its sweep: what its journal says has to be undone, which
    // the `sqlite3` shell does as well.
    return try query(sql, path: path, isReadOnly: false)
  }
}

private func query(_ sql: String, path: String, isReadOnly: Bool) throws -> [String] {
  var configuration = GRDB.Configuration()
  configuration.readonly = isReadOnly
  // The first process that opens a database after a kill locks it for a moment.
  configuration.busyMode = .timeout(10)
  let queue = try DatabaseQueue(path: path, configuration: configuration)
  return try queue.read { database in
    try Row.fetchAll(database, sql: sql).map { row in
      row.databaseValues
        .map { $0.isNull ? "" : String.fromDatabaseValue($0) ?? "\($0.storage.value ?? "")" }
        .joined(separator: "|")
    }
  }
}
