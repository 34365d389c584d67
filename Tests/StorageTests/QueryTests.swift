import Foundation
import Literals
import Search
import Synchronization
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct QueryTests {
  @Test(
    "Trials come best first in the sweep's direction, equals by number, scoreless last",
    arguments: [
      (Direction.maximize, [3, 1, 2, 0, 4]), (.minimize, [0, 1, 2, 3, 4]),
    ])
  func order(direction: Direction, numbers: [Int]) throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(interestSizes: (1...4).map { .integer($0) })
    description.direction = direction
    let sweep = try database.openSweep(description)
    for score in [0.1, 0.2, 0.2, 0.3] { try sweep.runTrial(scores: [score]) }
    try sweep.runTrial(end: .failed(.crashed, message: "x"))
    #expect(try database.trials(of: "ml-100k-1").map(\.trial.number) == numbers)
    #expect(
      try database.trials(of: "ml-100k-1", limit: 2).map(\.trial.number)
        == Array(numbers.prefix(2)))
    #expect(try database.bestTrial(of: "ml-100k-1")?.trial.number == numbers[0])
    #expect(try database.sweep().bestScore == (direction == .maximize ? 0.3 : 0.1))
    let failures = try database.failures(of: "ml-100k-1")
    #expect(failures.map(\.trial.number) == [4])
    #expect(failures.map(\.failure) == [.init(reason: .crashed, message: "x")])
  }

  @Test("A trial is read with its parameters as literals and its metrics at the best epoch")
  func trial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(scores: [0.25, 0.5, 0.125])
    let record = try #require(try database.bestTrial(of: "ml-100k-1"))
    #expect(
      record.trial
        == Trial(
          number: 0,
          point: Point([
            .init(name: "learning_rate", value: .real(0.01)),
            .init(name: "interest_size", value: .integer(4)),
          ]), seed: 1))
    #expect(record.state == .complete && record.failure == nil)
    #expect(record.result == result(bestEpoch: 1, epochs: 3, score: 0.5))
    #expect(try database.trial(0, of: "ml-100k-1") == record)
    #expect(try database.trial(1, of: "ml-100k-1") == nil)
    let epochs = try database.epochs(of: "ml-100k-1", trial: 0)
    #expect(epochs == [0.25, 0.5, 0.125].enumerated().map { report($0, score: $1) })
    #expect(try database.epochs(of: "ml-100k-1", trial: 1).isEmpty)
  }

  @Test("A paused trial is never the best, however high its score")
  func pausedIsNotBest() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(scores: [0.9], end: paused(score: 0.9))
    #expect(try database.bestTrial(of: "ml-100k-1") == nil)
    try sweep.runTrial(scores: [0.1])
    #expect(try database.bestTrial(of: "ml-100k-1")?.trial.number == 1)
    #expect(try database.sweep().bestScore == 0.1)
  }

  @Test("A sweep is read with its settings, its plan and its counts")
  func sweep() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(interestSizes: (1...3).map { .integer($0) })
    description.dataPath = "data/ml-100k"
    let open = try database.openSweep(description)
    try open.runTrial()
    try open.runTrial(end: paused())
    let waiting = try #require(try open.nextClaim())
    _ = try open.nextClaim()
    try open.end(waiting, with: .interrupted)
    let sweep = try database.sweep(named: "ml-100k-1")
    #expect(sweep.settings.map { "\($0.name)=\($0.value)" } == ["embedding_size=64", "epochs=3"])
    #expect(sweep.plannedTrials == 6 && sweep.validMetric == "mrr@10" && sweep.seed == 2020)
    #expect(sweep.direction == .maximize && sweep.sampler == "grid" && !sweep.searchesSeed)
    #expect(sweep.dataPath == "data/ml-100k")
    #expect(sweep.counts.complete == 1 && sweep.counts.paused == 1 && sweep.counts.done == 1)
    #expect(sweep.counts.interrupted == 1 && sweep.counts.running == 1)
    #expect(try database.sweeps() == [sweep])
  }

  @Test("All that a report needs of many trials takes fewer than a dozen queries")
  func queryCount() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let description = sampleSweep(interestSizes: (1...60).map { .integer($0) })
    let open = try database.openSweep(description)
    while try open.runTrial(scores: [0.1, 0.2]) != nil {}
    let count = Mutex(0)
    try database.read { db in
      db.trace { event in
        if event.description.hasPrefix("SELECT") { count.withLock { $0 += 1 } }
      }
    }
    let sweep = try database.sweep()
    #expect(try database.trials(of: sweep.name).count == 120)
    #expect(count.withLock { (1..<12).contains($0) }, "\(count.withLock { $0 })")
  }

  @Test("An unknown sweep is an error that lists the known ones")
  func unknown() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    #expect(throws: StorageError.noSweep(path: ":memory:")) { try database.sweep() }
    #expect(throws: StorageError.noSweep(path: ":memory:")) { try database.sweep(named: "x") }
    _ = try database.openSweep(sampleSweep())
    _ = try database.openSweep(sampleSweep(name: "mine"))
    #expect(try database.sweep().name == "mine")
    #expect(throws: StorageError.unknownSweep(name: "x", known: ["ml-100k-1", "mine"])) {
      try database.sweep(named: "x")
    }
  }

  @Test("Without a name the sweep is the one that was worked on last")
  func lastWorkedOn() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    func wait() { Thread.sleep(forTimeInterval: 0.005) }
    let first = try database.openSweep(sampleSweep(name: "first"))
    wait()
    let second = try database.openSweep(sampleSweep(name: "second"))
    #expect(try database.sweep().name == "second")
    wait()
    try first.runTrial()
    #expect(try database.sweep().name == "first")
    wait()
    let claim = try #require(try second.nextClaim())
    #expect(try database.sweep().name == "second")
    wait()
    try first.runTrial()
    #expect(try database.sweep().name == "first")
    wait()
    // A trial that still runs shows by its epochs that somebody works on it.
    try second.record(report(0), of: claim)
    #expect(try database.sweep().name == "second")
    wait()
    _ = try database.openSweep(sampleSweep(name: "first"))
    #expect(try database.sweep().name == "first")
  }

  @Test(
    "Parameters are compared as canonical JSON",
    arguments: [
      (Literal.integer(1), "1"), (.real(1), "1.0"), (.real(1e-5), "1e-05"), (.bool(true), "true"),
      (.none, "null"), (.string("a\"\\\n\u{1}é"), #""a\"\\\u000a\u0001é""#),
      (.list([.integer(1), .string("x")]), #"[1, "x"]"#), (.tuple([.integer(1)]), "[1]"),
      (.dictionary(["b": .integer(1), "a": .none]), #"{"a": null, "b": 1}"#),
      (.real(.infinity), #""inf""#),
    ])
  func json(value: Literal, text: String) throws {
    #expect(value.json == text)
    let parameters = Point([
      .init(name: "b", value: value), .init(name: "a", value: .none),
    ])
    #expect(parameters.json == #"{"a": null, "b": \#(text)}"#)
  }
}
