import Literals
import Search
import Testing
import Tuning

@testable import Storage

@Suite struct QueryTests {
  @Test(
    "Trials come best first in the sweep's direction, equals by number, scoreless last",
    arguments: [
      (true, [3, 1, 2, 0, 4]), (false, [0, 1, 2, 3, 4]),
    ])
  func order(biggerIsBetter: Bool, numbers: [Int]) throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(interestSizes: (1...4).map { .integer($0) })
    description.biggerIsBetter = biggerIsBetter
    let recorder = try database.openSweep(description)
    for score in [0.1, 0.2, 0.2, 0.3] { try recorder.runTrial(of: description, scores: [score]) }
    try recorder.runTrial(of: description, outcome: .failed(.crashed, message: "x"))
    #expect(try database.trials(of: "ml-100k-1").map(\.number) == numbers)
    #expect(
      try database.trials(of: "ml-100k-1", limit: 2).map(\.number) == Array(numbers.prefix(2)))
    #expect(try database.bestTrial(of: "ml-100k-1")?.number == numbers[0])
    #expect(try database.sweep().bestScore == (biggerIsBetter ? 0.3 : 0.1))
    #expect(try database.failures(of: "ml-100k-1").map(\.number) == [4])
    #expect(try database.failures(of: "ml-100k-1").map(\.reason) == [.crashed])
  }

  @Test("A trial is read with its parameters as literals and its metrics at the best epoch")
  func trial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(of: sampleSweep(), scores: [0.25, 0.5, 0.125])
    let trial = try #require(try database.bestTrial(of: "ml-100k-1"))
    #expect(trial.parameters.map(\.name) == ["learning_rate", "interest_size"])
    #expect(trial.parameters.map(\.text) == ["0.01", "4"])
    #expect(trial.state == .complete && trial.bestEpoch == 1 && trial.epochs == 3)
    #expect(trial.validMetrics.map(\.name) == ["mrr@10", "ndcg@10"])
    #expect(trial.validMetrics.first?.value == 0.5)
    #expect(trial.testMetrics.map(\.value) == [0.25, 0.75])
    let epochs = try database.epochs(of: "ml-100k-1", trial: 0)
    #expect(epochs.map(\.validScore) == [0.25, 0.5, 0.125])
    #expect(epochs.map { $0.validMetrics.first?.value } == [0.25, 0.5, 0.125])
  }

  @Test("A pruned trial is never the best, however high its score")
  func prunedIsNotBest() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep(), scores: [0.9], outcome: .pruned(epochs: 1))
    #expect(try database.bestTrial(of: "ml-100k-1") == nil)
    try recorder.runTrial(of: sampleSweep(), scores: [0.1])
    #expect(try database.bestTrial(of: "ml-100k-1")?.number == 1)
  }

  @Test("A sweep is read with its settings, its plan and its counts")
  func sweep() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep())
    try recorder.runTrial(of: sampleSweep(), outcome: .interrupted)
    _ = try recorder.nextTrial(propose: grid(sampleSweep()))
    let sweep = try database.sweep(named: "ml-100k-1")
    #expect(sweep.settings.map { "\($0.name)=\($0.value)" } == ["embedding_size=64", "epochs=3"])
    #expect(sweep.plannedTrials == 4 && sweep.validMetric == "mrr@10" && sweep.seed == 2020)
    #expect(sweep.counts.done == 1 && sweep.counts.interrupted == 1 && sweep.counts.running == 1)
    #expect(try database.sweeps() == [sweep])
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
