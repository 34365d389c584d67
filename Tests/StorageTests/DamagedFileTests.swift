import Foundation
import TestSupport
import Testing

@testable import Storage

/// Damaged databases: whatever the bytes, there is an error, or everything is as it was.
@Suite struct DamagedFileTests {
  private static let tables = [
    "SELECT number, parameters, state, validScore FROM trial ORDER BY id",
    "SELECT trial, number, trainLoss FROM epoch ORDER BY id",
    "SELECT trial, epoch, split, name, value FROM metric ORDER BY id",
    "SELECT number, trial, purpose, charge FROM decision ORDER BY id",
    "SELECT decision, kind, epochs, score, cost FROM outcome ORDER BY id",
    "SELECT name, value FROM setting ORDER BY name",
  ]

  private func original() throws -> (bytes: Data, rows: [[String]]) {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    let sweep = try database.openSweep(sampleSweep())
    while try sweep.runTrial(scores: [0.1, 0.2]) != nil {}
    let rows = try Self.tables.map(database.rows)
    try database.close()
    return (try Data(contentsOf: URL(filePath: path)), rows)
  }

  @Test("A damaged header is an error, or changes nothing", arguments: 0..<4 as Range<UInt64>)
  func headers(seed: UInt64) throws {
    let (bytes, rows) = try original()
    var random = SeededRandom(seed: seed)
    var accepted = 0
    for _ in 0..<FuzzingEffort.count(50, full: 500) {
      var damaged = bytes
      for _ in 0...Int.random(in: 0...2, using: &random) {
        damaged[Int.random(in: 0..<100, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let folder = try TemporaryFolder()
      let path = folder.path("results.db")
      try damaged.write(to: URL(filePath: path))
      do {
        let database = try ResultsDatabase(path: path)
        _ = try database.openSweep(sampleSweep()).history()
        #expect(try Self.tables.map(database.rows) == rows)
        accepted += 1
      } catch let error as StorageError {
        #expect(!error.description.isEmpty)
      }
    }
    // Some fields of the header are only counters.
    #expect(accepted > 0)
  }

  @Test("A format that no program has made is an error", arguments: [-1, 0, 99, Int(Int32.min)])
  func impossibleFormat(format: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    try database.write { try $0.execute(sql: "PRAGMA user_version = \(format)") }
    try database.close()
    #expect(throws: StorageError.self) { try ResultsDatabase(path: path) }
    #expect(throws: StorageError.self) { try ResultsDatabase(path: path, access: .read) }
  }

  @Test("A file that is cut short is an error, or has lost nothing", arguments: 0..<20)
  func cutShort(part: Int) throws {
    let (bytes, rows) = try original()
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try bytes.prefix(bytes.count * part / 20 + part).write(to: URL(filePath: path))
    do {
      let database = try ResultsDatabase(path: path)
      _ = try database.openSweep(sampleSweep()).history()
      // Nothing at all is an empty file, in which a sweep may begin.
      #expect(try part == 0 || Self.tables.map(database.rows) == rows)
    } catch let error as StorageError {
      #expect(part > 0, "\(error)")
    }
  }
}
