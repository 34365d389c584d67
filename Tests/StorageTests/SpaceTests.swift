import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// What becomes of a sweep whose space changes, and of its points.
@Suite struct SpaceTests {
  @Test("An enlarged space keeps what is done and numbers what is new behind it")
  func enlargedSpace() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runAll()
    let enlarged = try database.openSweep(
      sampleSweep(interestSizes: [2, 4, 8].map { .integer($0) }))
    #expect(try !enlarged.isNew && enlarged.counts().done == 4)
    #expect(try enlarged.runTrial()?.number == 4)
    #expect(try enlarged.runTrial()?.number == 5)
    #expect(try enlarged.runTrial() == nil)
    #expect(
      try database.rows("SELECT interest_size, count(*) FROM results GROUP BY 1")
        == ["2|2", "4|2", "8|2"])
  }

  @Test("The order of the parameters in the file does not matter")
  func reorderedSpace() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    for _ in 0..<3 { try sweep.runTrial() }
    var reordered = sampleSweep()
    reordered.space = SearchSpace(reordered.space.parameters.reversed())
    let next = try database.openSweep(reordered)
    #expect(try next.history().decisions.allSatisfy { reordered.space.contains($0.trial.point) })
    #expect(try next.runAll() == 1)
    #expect(try database.openSweep(sampleSweep()).runAll() == 0)
  }

  @Test("The same parameters with another seed are another trial of the same point")
  func seeds() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let point = Point([
      .init(name: "learning_rate", value: .real(0.01)),
      .init(name: "interest_size", value: .integer(4)),
    ])
    for seed in 0..<3 {
      let claim = try #require(try sweep.claim(point, seed: seed))
      #expect(claim.trial.seed == seed && claim.trial.number == seed)
    }
    #expect(try sweep.history().pointCount == 1)
    #expect(try database.rows("SELECT point, seed FROM trial") == ["0|0", "0|1", "0|2"])
  }

  @Test("A searched seed is no part of the point, but stands with the parameters")
  func searchedSeed() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(learningRates: [.real(0.01)], interestSizes: [.integer(4)])
    description.seedDomain = .choice([.integer(5), .integer(3)])
    let sweep = try database.openSweep(description)
    #expect(try sweep.runAll() == 2)
    let json = #"{"interest_size": 4, "learning_rate": 0.01}"#
    #expect(
      try database.rows("SELECT point, parameters, seed FROM trial") == [
        "0|\(json)|5", "0|\(json)|3",
      ])
    #expect(
      try database.rows("SELECT trial, name, text FROM trialParameter WHERE name = 'seed'")
        == ["1|seed|5", "2|seed|3"])
    #expect(
      try database.rows("SELECT trial, learning_rate, param_seed, seed FROM results")
        == ["0|0.01|5|5", "1|0.01|3|3"])
    #expect(
      try database.rows("SELECT trial_id, param_value FROM trial_params WHERE param_name = 'seed'")
        == ["1|0.0", "2|1.0"])
    #expect(try database.sweep().searchesSeed)
    let trials = try database.trials(of: sweep.name)
    #expect(
      trials.allSatisfy {
        $0.trial.point.entries.map(\.name) == ["learning_rate", "interest_size"]
      })
    #expect(Set(trials.map(\.trial.seed)) == [3, 5])

    description.seedDomain = .choice([.integer(5), .integer(3), .integer(9)])
    let more = try database.openSweep(description)
    #expect(try !more.isNew && more.counts().outside == 0)
    #expect(try more.runTrial()?.seed == 9)
    description.seedDomain = .choice([.integer(9)])
    #expect(try database.openSweep(description).counts().outside == 2)
    description.seedDomain = nil
    #expect(try database.openSweep(description).isNew)
  }

  @Test("A point is the same after it was read from the file, whatever its values are")
  func values() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let values: [Literal] = [
      .integer(1), .real(1), .bool(true), .none, .string("1"), .string("it's \"é\"\n\u{1}"),
      .real(1e-300), .real(1e300), .real(-0.5), .real(0.1), .list([.integer(1)]),
      .tuple([.integer(2)]), .tuple([]), .dictionary(["b": .none, "a": .list([.real(5)])]),
      .string(""), .integer(.min), .integer(.max),
    ]
    var description = sampleSweep()
    description.space = SearchSpace([.init(name: "x", domain: .choice(values))])
    let sweep = try database.openSweep(description)
    #expect(try sweep.runAll() == values.count)
    let again = try database.openSweep(description)
    #expect(try again.history().decisions.map { $0.trial.point["x"] } == values)
    #expect(try again.runAll() == 0)
    let records = try database.trials(of: again.name)
    #expect(records.map { $0.trial.point["x"] } == values)
  }
}
