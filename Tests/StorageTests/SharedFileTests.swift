import Literals
import Synchronization
import TestSupport
import Testing
import Tuning

@testable import Storage

@Suite struct SharedFileTests {
  @Test("Several processes may create one file, and one sweep in it, at once", arguments: 0..<5)
  func creation(round: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    try concurrently(6) { _ in
      _ = try ResultsDatabase(path: path).openSweep(sampleSweep())
    }
    let database = try ResultsDatabase(path: path, access: .read)
    #expect(try database.sweeps().map(\.name) == ["ml-100k-1"])
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
  }

  @Test("Several processes share a sweep's trials without running one twice")
  func sharing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let description = sampleSweep(interestSizes: (1...20).map { .integer($0) })
    let ran = Mutex<[Int]>([])
    try concurrently(4) { _ in
      let sweep = try ResultsDatabase(path: path).openSweep(description)
      let executor = ThreadExecutor(capacity: 2) { claim, _ in
        ran.withLock { $0.append(claim.trial.number) }
        return complete()
      }
      let loop = TuningLoop(tuner: sweep.tuner(), store: sweep, executor: executor)
      #expect(try loop.run() == .finished)
    }
    #expect(ran.withLock { $0.sorted() } == Array(0..<40))
    let database = try ResultsDatabase(path: path, access: .read)
    #expect(try database.rows("SELECT count(*) FROM attempt") == ["40"])
    #expect(try database.rows("SELECT count(*) FROM decision") == ["40"])
    #expect(try database.rows("SELECT state, count(*) FROM results GROUP BY 1") == ["complete|40"])
  }

  @Test("Processes that try failed trials once more while others decide make one decision of each")
  func retrying() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let description = sampleSweep(interestSizes: (1...15).map { .integer($0) })
    let sweep = try ResultsDatabase(path: path).openSweep(description)
    for _ in 0..<10 { try sweep.runTrial(end: .failed(.timedOut, message: "slow")) }
    try concurrently(6) { index in
      let options = OpeningOptions(retriesFailed: index % 2 == 0)
      let sweep = try ResultsDatabase(path: path, durability: .normal)
        .openSweep(description, options: options)
      try sweep.runAll()
    }
    try sweep.runAll()
    let table = try sweep.history().decisions
    #expect(table.count { $0.purpose == .retry } == 10)
    #expect(table.count { $0.purpose == .search } == 30)
    let database = try ResultsDatabase(path: path, access: .read)
    #expect(try database.rows("SELECT state, count(*) FROM results GROUP BY 1") == ["complete|30"])
  }
}
