import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// What becomes of a sweep whose budget, lag, algorithm or data are others than before.
@Suite struct RevisionTests {
  @Test("A budget is a total, interrupted trials come first")
  func budget() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(interestSizes: (1...10).map { .integer($0) })
    description.budget.trials = 4
    let first = try database.openSweep(description)
    try first.runTrial()
    let waiting = try #require(try first.nextClaim())
    try first.runTrial()
    try first.end(waiting, with: .interrupted)
    let second = try database.openSweep(description)
    let numbers = try (0..<3).map { _ in try second.runTrial()?.number }
    #expect(numbers == [1, 3, nil])
    description.budget.trials = 5
    #expect(try database.openSweep(description).runTrial()?.number == 4)
  }

  @Test("A decision that waits for its owner keeps its place in the budget")
  func budgetOfWaitingTrials() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.budget.trials = 2
    let first = try database.openSweep(description)
    let second = try database.openSweep(description)
    let claim = try #require(try first.nextClaim())
    #expect(try second.nextClaim()?.decision.number == 1)
    #expect(try second.nextClaim() == nil)
    try first.end(claim, with: .interrupted)
    #expect(try second.nextClaim()?.decision.number == 0)
    #expect(try second.nextClaim() == nil)
  }

  @Test(
    "Every space, budget, lag and version that a sweep had has its row; the same again has none")
  func revisions() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    func open(
      _ sizes: [Int], _ change: (inout SweepDescription) -> Void = { _ in }
    ) throws -> StoredSweep {
      var description = sampleSweep(interestSizes: sizes.map { .integer($0) })
      change(&description)
      let sweep = try database.openSweep(description)
      try sweep.runAll()
      return sweep
    }
    #expect(try open([4, 8]).revision == 0)
    #expect(try open([4, 8]).counts().outside == 0)
    #expect(try database.rows("SELECT number FROM sweepRevision") == ["0"])
    #expect(try open([4, 8, 16]).counts().outside == 0)
    // The cells of 4 and 16 are left as they are.
    #expect(try open([8]).counts().outside == 4)
    #expect(try open([8]).counts().outside == 4)
    #expect(
      try database.rows("SELECT number, space LIKE '%16%' FROM sweepRevision")
        == ["0|0", "1|1", "2|0"])
    #expect(try database.rows("SELECT count(*) FROM results") == ["6"])
    #expect(
      try database.rows("SELECT number, revision FROM decision ORDER BY number")
        == ["0|0", "1|0", "2|0", "3|0", "4|1", "5|1"])

    #expect(try open([8]) { $0.lag = 3 }.revision == 3)
    #expect(try open([8]).revision == 3)
    #expect(try open([8]) { $0.budget = .init(trials: 9) }.revision == 4)
    #expect(try open([8]) { $0.budget = .init(trials: 9, work: 70) }.revision == 5)
    #expect(try open([8]) { $0.budget = .init(trials: 9, work: 70, earlyStop: 8) }.revision == 6)
    #expect(try open([8]) { $0.budget = .init(trials: 9, work: 70, earlyStop: 8) }.revision == 6)
    #expect(
      try open([8]) {
        $0.budget = .init(trials: 9, work: 70, earlyStop: 8)
        $0.toolVersion = "1.0.1"
      }.revision == 7)
    #expect(
      try database.rows(
        "SELECT number, lag, trials, work, earlyStop, toolVersion FROM sweepRevision LIMIT -1 OFFSET 2"
      )
        == [
          "2|1|NULL|NULL|NULL|1.0.0", "3|3|NULL|NULL|NULL|1.0.0", "4|3|9|NULL|NULL|1.0.0",
          "5|3|9|70|NULL|1.0.0", "6|3|9|70|8|1.0.0", "7|3|9|70|8|1.0.1",
        ])
    #expect(try database.rows("SELECT DISTINCT algorithm FROM sweepRevision") == ["exhaustive"])
  }

  @Test("A lag or an algorithm that is not given is what the sweep has")
  func omitted() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.wishes.algorithm = .random
    description.usualLag = 7
    #expect(try database.openSweep(description).lag == 7)
    description.usualLag = 2
    description.wishes.algorithm = nil
    let again = try database.openSweep(description)
    #expect(!again.isNew && again.lag == 7 && again.revision == 0)
    #expect(again.method.algorithm == .random)
    description.lag = 4
    #expect(try database.openSweep(description).lag == 4)
    description.lag = nil
    #expect(try database.openSweep(description).lag == 4)
    #expect(try database.rows("SELECT sampler FROM sweep") == ["random"])
  }

  @Test("Another algorithm is another sweep, or for a named one an error that names it")
  func otherAlgorithm() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    #expect(try database.openSweep(description).method.algorithm == .exhaustive)
    description.wishes.algorithm = .exhaustive
    #expect(try database.openSweep(description).name == "ml-100k-1")
    description.wishes.algorithm = .random
    let other = try database.openSweep(description)
    #expect(other.isNew && other.name == "ml-100k-2" && other.method.algorithm == .random)
    description.wishes.algorithm = nil
    #expect(try database.openSweep(description).name == "ml-100k-2")

    var named = sampleSweep(name: "mine")
    _ = try database.openSweep(named)
    named.wishes.algorithm = .random
    #expect(
      throws: StorageError.sweepDiffers(
        name: "mine", differences: ["the sampler was grid, is random"])
    ) { try database.openSweep(named) }
  }

  @Test("A fresh sweep stands beside the old one, and is the one that is resumed")
  func fresh() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial()
    let fresh = try database.openSweep(sampleSweep(), options: OpeningOptions(isFresh: true))
    #expect(fresh.isNew && fresh.name == "ml-100k-2")
    #expect(try fresh.runTrial()?.number == 0)
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-2")
    #expect(
      try database.rows("SELECT sweep, trial FROM results") == ["ml-100k-1|0", "ml-100k-2|0"])
    let options = OpeningOptions(isFresh: true)
    _ = try database.openSweep(sampleSweep(name: "mine"), options: options)
    #expect(throws: StorageError.sweepExists(name: "mine")) {
      try database.openSweep(sampleSweep(name: "mine"), options: options)
    }
  }

  @Test("Another file under the name of the data set is an error, until it is asked for afresh")
  func changedData() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    _ = try database.openSweep(sampleSweep())
    var changed = sampleSweep()
    changed.dataDigest = "d2"
    let error = StorageError.dataDiffers(
      name: "ml-100k-1", differences: ["the data's digest was d1, is d2"])
    #expect(throws: error) { try database.openSweep(changed) }
    #expect(error.description.hasSuffix("with other data: the data's digest was d1, is d2"))
    #expect(
      try database.openSweep(changed, options: OpeningOptions(isFresh: true)).name == "ml-100k-2")
    #expect(try database.openSweep(changed).name == "ml-100k-2")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    changed.settings.removeLast()
    #expect(try database.openSweep(changed).name == "ml-100k-3")
  }
}
