import Foundation
import GRDB
import TestSupport

@testable import Storage

/// A copy of a file of an earlier format, as the process that made it left it on this machine.
struct OldFile {
  /// `format1-finished`, `format2-seeds`, …
  static let names = [1, 2].flatMap { format in
    ["finished", "interrupted", "failed", "seeds"].map { "format\(format)-\($0)" }
  }

  private let folder: TemporaryFolder
  let path: String

  /// - Parameter owner: The process that has the open attempts, if there are any.
  init(_ name: String, owner: ProcessIdentity = .gone) throws {
    folder = try TemporaryFolder()
    path = folder.path("results.db")
    try FileManager.default.copyItem(
      at: Fixture.repository.appending(path: "Tests/Fixtures/results/\(name).db"),
      to: URL(filePath: path))
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: """
          UPDATE attempt SET host = ?, bootID = ?, pidNamespace = ?, pid = ?, processStart = ?
          WHERE ended IS NULL
          """,
        arguments: [owner.host, owner.bootID, owner.pidNamespace, owner.pid, owner.start])
    }
    // Leaves nothing in the write-ahead log.
    try queue.close()
  }

  var bytes: Data { get throws { try Data(contentsOf: URL(filePath: path)) } }

  var format: Int? {
    get throws {
      try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    }
  }

  /// All rows of some tables or views, in the columns that they have in this format.
  func contents(of names: [String]? = nil) throws -> Contents {
    try DatabaseQueue(path: path).read { db in
      let names =
        try names
        ?? String.fetchAll(
          db,
          sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      return try Contents(
        columns: Dictionary(
          uniqueKeysWithValues: names.map { name in
            (
              name,
              try Row.fetchAll(db, sql: "PRAGMA table_info(\(name))").map { $0["name"] as String }
            )
          }), in: db)
    }
  }
}

extension DatabaseValue {
  /// The value, without the zone if it is a time of format 3.
  fileprivate var withoutZone: DatabaseValue {
    guard let text = String.fromDatabaseValue(self),
      text.wholeMatch(of: /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)Z?/) != nil
    else { return self }
    return String(text.prefix { $0 != "Z" }).databaseValue
  }
}

struct Contents: Equatable {
  let columns: [String: [String]]
  let rows: [String: [[DatabaseValue]]]

  init(columns: [String: [String]], in db: Database) throws {
    self.columns = columns
    rows = try Dictionary(
      uniqueKeysWithValues: columns.map { name, columns in
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let order = columns.indices.map { "\($0 + 1)" }.joined(separator: ", ")
        let rows = try Row.fetchAll(db, sql: "SELECT \(list) FROM \(name) ORDER BY \(order)")
        return (name, rows.map { $0.databaseValues.map(\.withoutZone) })
      })
  }

  /// The names of tables whose rows are others in a database, as far as these columns tell.
  func differences(in database: ResultsDatabase) throws -> [String] {
    let now = try database.read { try Contents(columns: columns, in: $0) }
    return columns.keys.sorted().filter { rows[$0] != now.rows[$0] }
  }
}
