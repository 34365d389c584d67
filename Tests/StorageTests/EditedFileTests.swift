import Foundation
import GRDB
import TestSupport
import Testing
import Tuning

@testable import Storage

/// Databases whose values somebody has edited by hand: whatever stands in a column, there is an error that
/// names it, or the right result.
@Suite struct EditedFileTests {
  /// A sweep with a trial in each state, in a file that takes any value.
  private static func original() throws -> Data {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path, access: .write, owner: .gone)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(scores: [0.1, 0.2])
    try sweep.runTrial(end: .failed(.timedOut, message: "slow"))
    try sweep.carryOut(try #require(try sweep.nextClaim()), end: paused())
    let last = try #require(try sweep.nextClaim())
    _ = try sweep.keepEpochs(0, of: last)
    try sweep.record(report(0), of: last)
    try database.close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_master SET sql =
            replace(replace(sql, 'IS NOT NULL', 'NOTNULL'), ' NOT NULL', '')
          WHERE type = 'table';
          PRAGMA writable_schema = OFF;
          """)
    }
    try queue.close()
    return try Data(contentsOf: URL(filePath: path))
  }

  private static let tables = [
    "sweep", "sweepRevision", "setting", "parameter", "choice", "trial", "trialParameter",
    "decision", "outcome", "attempt", "epoch", "metric", "resultColumn",
  ]

  private static let values =
    FuzzingEffort.isFull
    ? [
      "NULL", "'abc'", "''", "x'00FF'", "-1", "0", "1.5", "1e300", "9e999", "2147483648",
      "\(Int.max)", "\(Int.min)", "(SELECT printf('%.*c', 100000, 'x'))", "'' || char(27)",
    ] : ["NULL", "'abc'", "\(Int.max)"]

  private func columns(of table: String, in bytes: Data) throws -> [String] {
    let folder = try TemporaryFolder()
    try bytes.write(to: folder.file("results.db"))
    return try DatabaseQueue(path: folder.path("results.db")).read { db in
      try db.columns(in: table).map(\.name)
    }
  }

  /// Edits the first or the last row of a table. Returns false if the database does not allow it.
  private func edit(
    _ path: String, _ table: String, _ column: String, _ value: String, isLast: Bool
  ) throws -> Bool {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction { db in
      let keys = try db.primaryKey(table).columns.joined(separator: ", ")
      let order = keys.replacing(", ", with: isLast ? " DESC, " : ", ") + (isLast ? " DESC" : "")
      do {
        try db.execute(
          sql: """
            PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
            UPDATE \(table) SET \(column) = \(value)
            WHERE (\(keys)) IN (SELECT \(keys) FROM \(table) ORDER BY \(order) LIMIT 1)
            """)
        return true
      } catch let error as DatabaseError {
        guard error.resultCode == .SQLITE_CONSTRAINT || error.resultCode == .SQLITE_MISMATCH else {
          throw error
        }
        return false
      }
    }
  }

  /// Does what `status`, `best` and `verify` do.
  private func read(_ path: String) throws {
    let database = try ResultsDatabase(path: path, access: .read)
    for sweep in try database.sweeps() {
      _ = try database.sweep(named: sweep.name)
      for record in try database.trials(of: sweep.name) {
        _ = try database.epochs(of: sweep.name, trial: record.trial.number)
      }
      _ = try (database.failures(of: sweep.name), database.bestTrial(of: sweep.name))
    }
  }

  /// Does what a repeated command does.
  private func resume(_ path: String) throws {
    let database = try ResultsDatabase(path: path, durability: .normal)
    let sweep = try database.openSweep(
      sampleSweep(), options: OpeningOptions(retriesFailed: true, takesOver: true))
    for _ in 0..<20 {
      guard let claim = try sweep.nextClaim() else { break }
      try sweep.carryOut(claim)
    }
    _ = try (sweep.bestTrial(), sweep.counts(), sweep.ended(among: [0, 1]))
    try database.close()
  }

  @Test("Whatever a column holds, reading and going on is an error or goes well", arguments: tables)
  func everyColumn(table: String) throws {
    let bytes = try Self.original()
    var errors = 0
    for (number, column) in try columns(of: table, in: bytes).enumerated() {
      for value in Self.values {
        for isLast in FuzzingEffort.isFull ? [false, true] : [number.isMultiple(of: 2)] {
          let folder = try TemporaryFolder()
          let path = folder.path("results.db")
          try bytes.write(to: URL(filePath: path))
          guard try edit(path, table, column, value, isLast: isLast) else { continue }
          for act in [read, resume] {
            do {
              try act(path)
            } catch let error as StorageError {
              errors += 1
              let text = error.description
              #expect(text.utf8.count < 1000 && !text.contains("\n"), "\(text)")
            } catch is DecisionStoreError {
            }
          }
        }
      }
    }
    // Of attempts that have ended nothing is read.
    #expect(errors > 0 || table == "attempt")
  }

  @Test(
    "A value of another kind is named with its place, what was found and what belongs there",
    arguments: [
      ("UPDATE trial SET seed = 'abc'", "trial.seed is 'abc', where a whole number belongs"),
      ("UPDATE trial SET validScore = 'high'", "trial.validScore is 'high', where a number, or"),
      ("UPDATE trial SET state = 'done'", "trial.state is 'done', where one of 'waiting', "),
      ("UPDATE trial SET number = -number", "trial.number is -"),
      ("UPDATE trialParameter SET text = '0.01+'", "trialParameter.text is '0.01+', where"),
      ("UPDATE metric SET value = x'00'", "metric.value is a blob of 1 bytes, where a number"),
      ("UPDATE outcome SET kind = 'won'", "outcome.kind is 'won', where one of 'complete', "),
      ("UPDATE decision SET number = 77777777 WHERE id = 3", "decision.number is 77777777, where"),
      ("UPDATE sweepRevision SET lag = 0", "sweepRevision.lag is 0, where a number from 1"),
    ])
  func messages(edit: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try Self.original().write(to: URL(filePath: path))
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA ignore_check_constraints = ON; \(edit)")
    }
    try queue.close()
    var found: [String] = []
    for act in [read, resume] {
      do { try act(path) } catch { found.append("\(error)") }
    }
    #expect(
      found.contains { $0.hasPrefix("'\(path)' is damaged: ") && $0.contains(reason) },
      "\(found)")
  }

  @Test("No source of the storage reads a row by GRDB's subscript, which traps")
  func subscripts() throws {
    let sources = Fixture.repository.appending(path: "Sources/Storage")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }
    #expect(names.count > 20)
    for name in names {
      let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      where line.contains(/\b(row|rows\.first)\??\[|\$0\["/) {
        Issue.record("\(name):\(number + 1): \(line)")
      }
    }
  }
}
