import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// What becomes of a sweep whose space has become smaller, and what is known of it before it is opened.
@Suite struct SmallerSpaceTests {
  private func description(_ sizes: [Int], trials: Int? = nil) -> SweepDescription {
    var description = sampleSweep(
      learningRates: [.real(0.01)], interestSizes: sizes.map { .integer($0) })
    description.budget.trials = trials
    description.plannedTrials = min(trials ?? .max, sizes.count)
    return description
  }

  private func finished(_ sweep: StoredSweep) throws -> [Int] {
    let history = try sweep.history()
    return history.decisions.compactMap { decision in
      guard case .integer(let size)? = decision.trial.point["interest_size"],
        history.outcome(of: decision.number)?.kind == .complete
      else { return nil }
      return size
    }
  }

  @Test(
    "Whatever has ended or was cut short outside, the budget is filled inside the smaller space",
    arguments: 0..<40)
  func budget(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let all = Array(1...8)
    let first = try database.openSweep(
      description(all.shuffled(using: &random), trials: Int.random(in: 1...8, using: &random)))
    while let claim = try first.nextClaim() {
      if Bool.random(using: &random) {
        try first.carryOut(claim)
      } else {
        try first.end(claim, with: .interrupted)
        // An interrupted trial would be taken up at once.
        if Bool.random(using: &random) { break }
      }
    }
    let sizes = Array(all.shuffled(using: &random).prefix(Int.random(in: 1...8, using: &random)))
    let trials = Int.random(in: 1...8, using: &random)
    let before = try finished(first).filter(sizes.contains)
    let smaller = description(sizes, trials: trials)

    let standing = try #require(try database.preview(smaller)).standing(retriesFailed: false)
    #expect(standing.done == before.count)
    let second = try database.openSweep(smaller)
    #expect(try second.counts().done == before.count)
    #expect(try standing.outside == second.counts().outside)
    #expect(standing.history.countedTrials == (try second.history().countedTrials))
    // The trials that the preview calls waiting are those that come first.
    for decision in standing.waiting {
      let claim = try #require(try second.nextClaim())
      #expect(claim.decision == decision)
      try second.carryOut(claim)
    }
    try second.runAll()
    let after = try finished(second).filter(sizes.contains)
    // What has been decided is trained, even if the budget has become smaller than that.
    let decided = before.count + standing.waiting.count
    #expect(after.count == max(decided, min(trials, sizes.count)))
    #expect(Set(after).count == after.count)
    let counts = try second.counts()
    #expect(counts.done == after.count && counts.interrupted == 0 && counts.running == 0)
    #expect(try database.sweep().counts == counts)
  }

  @Test("A smaller space says what went, once")
  func changes() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    #expect(try database.openSweep(description([1, 2, 3])).spaceChanges.isEmpty)
    let smaller = description([1, 4])
    let changes = ["interest_size without 2 3, with 4"]
    #expect(try database.preview(smaller)?.spaceChanges == changes)
    #expect(try database.openSweep(smaller).spaceChanges == changes)
    #expect(try database.openSweep(smaller).spaceChanges.isEmpty)
  }

  @Test("Bounds that have moved leave trials outside as well")
  func bounds() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var wide = description([4])
    wide.space = SearchSpace([
      .init(name: "tau_ratio", domain: .quniform(low: 1, high: 6, step: 1)),
      .init(name: "learning_rate", domain: .uniform(low: 0, high: 1)),
    ])
    let sweep = try database.openSweep(wide)
    for (tau, rate) in [(1, 0.5), (2, 0.5), (3, 0.9)] {
      let point = Point([
        .init(name: "tau_ratio", value: .integer(tau)),
        .init(name: "learning_rate", value: .real(rate)),
      ])
      try sweep.carryOut(try #require(try sweep.claim(point)))
    }
    var narrow = wide
    narrow.space = SearchSpace([
      .init(name: "tau_ratio", domain: .quniform(low: 2, high: 6, step: 1)),
      .init(name: "learning_rate", domain: .uniform(low: 0, high: 0.6)),
    ])
    let counts = try database.openSweep(narrow).counts()
    #expect(counts.done == 1 && counts.outside == 2)
    #expect(try database.openSweep(wide).counts().done == 3)
  }

  @Test("A preview writes nothing, and fails as the opening would")
  func preview() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let named = sampleSweep(name: "mine")
    let writer = try ResultsDatabase(path: path)
    let sweep = try writer.openSweep(named)
    try sweep.runTrial()
    try sweep.runTrial(end: .failed(.diverged, message: "no number"))
    let reader = try ResultsDatabase(path: path, access: .read)
    let rows = try writer.rows("SELECT * FROM sweepRevision")
    var larger = sampleSweep(name: "mine", interestSizes: [4, 8, 16].map { .integer($0) })
    let found = try #require(try reader.preview(larger))
    #expect(found.name == "mine" && found.revision == 1)
    let standing = try found.standing(retriesFailed: false)
    #expect(standing.done == 2 && standing.failed == 1 && standing.waiting.isEmpty)
    let retried = try found.standing(retriesFailed: true)
    #expect(retried.done == 1 && retried.waiting.map(\.trial.number) == [1])
    #expect(try writer.rows("SELECT * FROM sweepRevision") == rows)
    #expect(try reader.preview(sampleSweep(name: "other")) == nil)
    let fresh = OpeningOptions(isFresh: true)
    #expect(throws: StorageError.sweepExists(name: "mine")) {
      try reader.preview(larger, options: fresh)
    }
    larger.settings.removeLast()
    #expect(throws: StorageError.self) { try reader.preview(larger) }
  }
}
