import Foundation
import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct ResumeTests {
  @Test("The same description finds its sweep and hands out what is left")
  func sameSweep() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let first = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(first.isNew && first.name == "ml-100k-1")
    #expect(try first.history().decisions.isEmpty)
    try first.runTrial(scores: [0.25])
    try first.runTrial(end: .failed(.diverged, message: "nan"))

    let second = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(!second.isNew && second.name == "ml-100k-1")
    #expect(try second.counts().done == 2 && second.counts().failed == 1)
    let history = try second.history()
    #expect(history.decisions == (try first.history().decisions) && history.settledCount == 2)
    #expect(history.outcome(of: 0)?.score == 0.25 && history.outcome(of: 1)?.kind == .failed)
    #expect(try second.runTrial()?.number == 2)
    #expect(try second.runTrial()?.number == 3)
    #expect(try second.runTrial() == nil)
    let third = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try third.counts().done == 4)
    #expect(try third.runTrial() == nil)
  }

  @Test("The decisions of a process that was killed are carried out again under their numbers")
  func killedOwner() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let killed = try ResultsDatabase(path: path, access: .write, owner: .gone)
      .openSweep(sampleSweep())
    try killed.runTrial()
    let lost = try #require(try killed.nextClaim())
    _ = try killed.keepEpochs(0, of: lost)
    try killed.record(report(0), of: lost)

    let database = try ResultsDatabase(path: path)
    #expect(try database.sweep().counts.interrupted == 1)
    #expect(try database.sweep().counts.running == 0)
    let resumed = try database.openSweep(sampleSweep())
    #expect(try resumed.counts().done == 1 && resumed.counts().interrupted == 1)
    #expect(try database.rows("SELECT trial, state FROM results") == ["0|complete", "1|waiting"])
    let claim = try #require(try resumed.nextClaim())
    #expect(claim.decision == lost.decision && claim.attempt != lost.attempt)
    try resumed.carryOut(claim)
    #expect(
      try database.rows("SELECT trial, decision, outcome FROM attempt ORDER BY id")
        == ["1|1|complete", "2|2|interrupted", "2|2|complete"])
    #expect(throws: DecisionStoreError.lost(1)) { try killed.record(report(1), of: lost) }
  }

  @Test(
    "The decisions of a living process are left alone",
    arguments: [
      ProcessIdentity.current, .elsewhere,
    ])
  func livingOwner(owner: ProcessIdentity) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let other = try ResultsDatabase(path: path, access: .write, owner: owner)
      .openSweep(sampleSweep())
    _ = try other.nextClaim()
    let sweep = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try sweep.counts().running == 1 && sweep.counts().interrupted == 0)
    #expect(try sweep.nextClaim()?.decision.number == 1)
    #expect(try other.nextClaim()?.decision.number == 2)
    #expect(try sweep.nextClaim()?.decision.number == 3)
    #expect(try other.nextClaim() == nil)
    let isVisible = owner == .current
    #expect(
      try sweep.elsewhere()
        == [0, 2].map {
          DecisionElsewhere(
            decision: $0, trial: $0, host: owner.host, pid: owner.pid, isVisible: isVisible)
        })
  }

  @Test("What a process that was killed leaves behind is taken up by one that is still there")
  func leftBehind() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let other = try OtherProcess()
    let theirs = try ResultsDatabase(path: path, access: .write, owner: other.identity)
      .openSweep(sampleSweep())
    _ = try theirs.nextClaim()
    let ours = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try ours.runAll() == 3)
    _ = try ours.history()
    #expect(try ours.elsewhere().map(\.isVisible) == [true])
    #expect(try !ours.hasNews(except: []))
    other.kill()
    #expect(try ours.elsewhere().isEmpty)
    #expect(try ours.hasNews(except: []))
    #expect(try !ours.hasNews(except: [0]))
    #expect(try ours.runTrial()?.number == 0)
    #expect(try !ours.hasNews(except: []))
    #expect(try ours.runTrial() == nil)
  }

  @Test("News are what other connections have written since the history was read")
  func news() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let theirs = try ResultsDatabase(path: path).openSweep(sampleSweep())
    let ours = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try !ours.hasNews(except: []))
    try ours.runTrial()
    #expect(try !ours.hasNews(except: []))
    try theirs.runTrial()
    #expect(try ours.hasNews(except: []))
    #expect(try ours.history().settledCount == 2)
    #expect(try !ours.hasNews(except: []))
  }

  @Test("A changed setting without a name is another sweep, and both are found again")
  func otherSettings() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let wide = sampleSweep(settings: ["embedding_size": "128"])
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(wide).name == "ml-100k-2")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(sampleSweep(name: "mine")).name == "mine")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(wide).name == "ml-100k-2")
    #expect(try database.sweeps().count == 3)
  }

  @Test("A sweep that a change begins names the sweep that differs least, and what differs")
  func nearest() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    #expect(try database.openSweep(sampleSweep()).nearest == nil)
    #expect(try database.openSweep(sampleSweep()).nearest == nil)
    func differences(
      _ change: (inout SweepDescription) -> Void
    ) throws -> (String, [String])? {
      var description = sampleSweep()
      change(&description)
      return try database.openSweep(description).nearest.map { ($0.name, $0.differences) }
    }
    let wide = try #require(
      try differences { $0.settings[0] = .init(name: "embedding_size", value: "128") })
    #expect(wide == ("ml-100k-1", ["embedding_size 64 → 128"]))
    let wider = try #require(
      try differences {
        $0.settings[0] = .init(name: "embedding_size", value: "128")
        $0.samplerSeed = 7
        $0.wishes.algorithm = .random
      })
    #expect(wider == ("ml-100k-2", ["sampler grid → random", "sampler's seed 2020 → 7"]))
    let other = try #require(
      try differences {
        $0.dataDigest = "d2"
        $0.validMetric = "ndcg@10"
        $0.space = SearchSpace([$0.space.parameters[0]])
      })
    #expect(
      other == (
        "ml-100k-1",
        [
          "interest_size searched by choice → not set", "data's digest d1 → d2",
          "metric mrr@10 → ndcg@10",
        ]
      ))
    // Another data set has nothing in common, and who asks for a new sweep knows why.
    #expect(try differences { $0.dataset = "ml-1m" } == nil)
    #expect(try differences { $0.name = "mine" } == nil)
    #expect(
      try database.openSweep(
        sampleSweep(settings: ["epochs": "9"]), options: OpeningOptions(isFresh: true)
      ).nearest == nil)
  }

  @Test("A sweep without a name names the one with a name whose settings are the same")
  func nearestWithName() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    _ = try database.openSweep(sampleSweep(name: "mine"))
    let sweep = try database.openSweep(sampleSweep())
    #expect(sweep.isNew && sweep.nearest?.name == "mine" && sweep.nearest?.differences == [])
  }

  @Test("Changed data or settings under the same name are an error that names each difference")
  func differences() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    _ = try database.openSweep(sampleSweep(name: "mine"))
    var changed = sampleSweep(
      name: "mine", settings: ["embedding_size": "128", "weight_decay": "0.1"])
    changed.dataDigest = "d2"
    changed.space = SearchSpace([
      changed.space.parameters[0],
      .init(name: "interest_size", domain: .uniform(low: 1, high: 2)),
    ])
    let error = StorageError.sweepDiffers(
      name: "mine",
      differences: [
        "'embedding_size' was 64, is 128",
        "'interest_size' was searched by choice, is searched by uniform",
        "'weight_decay' was not set, is 0.1", "the data's digest was d1, is d2",
      ])
    #expect(throws: error) { try database.openSweep(changed) }
    #expect(error.description.hasSuffix("the data's digest was d1, is d2"))
    #expect(try database.rows("SELECT count(*) FROM choice") == ["4"])
  }

  @Test("Several sweeps of one file do not see each other's decisions")
  func severalSweeps() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let mine = try database.openSweep(sampleSweep(name: "mine"))
    let yours = try database.openSweep(sampleSweep(name: "yours"))
    for _ in 0..<2 {
      try mine.runTrial(scores: [0.25])
      try yours.runTrial(scores: [0.5])
    }
    try yours.runTrial(scores: [0.5])
    for (sweep, count, score) in [(mine, 2, 0.25), (yours, 3, 0.5)] {
      let history = try sweep.history()
      #expect(history.decisions.map(\.number) == Array(0..<count))
      #expect((0..<count).allSatisfy { history.outcome(of: $0)?.score == score })
    }
    #expect(try mine.runAll() == 2)
    #expect(try yours.runAll() == 1)
  }

  @Test("Whoever opens a file for writing closes what dead processes left open in all its sweeps")
  func otherSweeps() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let states = "SELECT sweep, trial, state FROM results ORDER BY 1, 2"
    for name in ["a", "b"] {
      let killed = try ResultsDatabase(path: path, access: .write, owner: .gone)
        .openSweep(sampleSweep(name: name))
      _ = try #require(try killed.nextClaim())
    }
    let unseen = try ResultsDatabase(path: path, access: .write, owner: .elsewhere)
      .openSweep(sampleSweep(name: "c"))
    _ = try #require(try unseen.nextClaim())
    let reader = try ResultsDatabase(path: path, access: .read)
    // A reader changes nothing, but knows.
    #expect(try reader.rows(states) == ["a|0|waiting", "b|0|running", "c|0|running"])
    #expect(try reader.trials(of: "b").map(\.state) == [.waiting])
    #expect(try reader.sweep(named: "b").counts.interrupted == 1)
    _ = try ResultsDatabase(path: path)
    #expect(try reader.rows(states) == ["a|0|waiting", "b|0|waiting", "c|0|running"])
    #expect(
      try reader.rows("SELECT outcome FROM attempt ORDER BY id")
        == ["interrupted", "interrupted", "NULL"])
    #expect(try reader.trials(of: "c").map(\.state) == [.running])
  }
}
