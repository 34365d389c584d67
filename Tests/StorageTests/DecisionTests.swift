import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// How decisions are begun, tried once more, withdrawn and taken over.
@Suite struct DecisionTests {
  private static let table = """
    SELECT decision.number, trial.number, purpose, kind FROM decision
    JOIN trial ON trial.id = decision.trial LEFT JOIN outcome ON outcome.decision = decision.id
    ORDER BY decision.number
    """

  private func decision(_ number: Int, in sweep: StoredSweep) -> Decision {
    let grid = GridSampler(space: sweep.description.space, seed: 0)
    let trial = Trial(number: number, point: grid.point(ofCell: number), seed: 1)
    return Decision(number: number, trial: trial, revision: sweep.revision)
  }

  @Test("A decision whose number is taken, or is not the next, is overtaken")
  func overtaken() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let first = try database.openSweep(sampleSweep())
    let second = try database.openSweep(sampleSweep())
    #expect(try first.begin(decision(0, in: first), except: []).claim != nil)
    #expect(try second.begin(decision(0, in: second), except: []) == .overtaken)
    #expect(try second.begin(decision(2, in: second), except: []) == .overtaken)
    #expect(try second.begin(decision(1, in: second), except: []).claim != nil)
    #expect(try database.rows("SELECT number FROM decision") == ["0", "1"])
    #expect(try database.rows("SELECT count(*) FROM attempt") == ["2"])
  }

  @Test("A decision is overtaken by an abandoned one, unless that was declined")
  func abandonedFirst() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(end: .interrupted)
    #expect(try sweep.begin(decision(1, in: sweep), except: []) == .overtaken)
    #expect(try sweep.begin(decision(1, in: sweep), except: [0]).claim != nil)
  }

  @Test("A process is superseded when another one has opened the sweep with other settings")
  func superseded() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let old = try database.openSweep(sampleSweep())
    let claim = try #require(try old.nextClaim())
    _ = try database.openSweep(sampleSweep())
    #expect(try old.begin(decision(1, in: old), except: []).claim != nil)
    var description = sampleSweep()
    description.lag = 5
    let new = try database.openSweep(description)
    #expect(try old.begin(decision(2, in: old), except: []) == .superseded)
    // What runs may end.
    try old.carryOut(claim)
    #expect(try new.history().outcome(of: 0)?.kind == .complete)
    #expect(try new.begin(decision(2, in: new), except: []).claim != nil)
  }

  @Test("Failed trials are tried once more only if that is asked for, by decisions of their own")
  func retrying() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial()
    try sweep.runTrial(end: .failed(.timedOut, message: "slow"))
    try sweep.runTrial()
    #expect(try database.openSweep(sampleSweep()).runTrial()?.number == 3)

    let again = try database.openSweep(
      sampleSweep(), options: OpeningOptions(retriesFailed: true))
    #expect(try again.counts().failed == 0 && again.counts().interrupted == 1)
    #expect(try database.rows("SELECT trial, state FROM results WHERE trial = 1") == ["1|waiting"])
    #expect(try database.rows("SELECT * FROM failure").isEmpty)
    let claim = try #require(try again.nextClaim())
    #expect(claim.decision.number == 4 && claim.decision.purpose == .retry)
    #expect(claim.trial == (try again.history().decisions[1].trial))
    try again.carryOut(claim)
    #expect(try again.runTrial() == nil)
    #expect(
      try database.rows("SELECT decision, outcome FROM attempt WHERE trial = 2 ORDER BY id")
        == ["2|failed", "5|complete"])
    // The outcome of the first try stays.
    #expect(
      try database.rows(Self.table) == [
        "0|0|search|complete", "1|1|search|failed", "2|2|search|complete", "3|3|search|complete",
        "4|1|retry|complete",
      ])
    #expect(try database.rows("SELECT * FROM failure").isEmpty)
    let third = try database.openSweep(
      sampleSweep(), options: OpeningOptions(retriesFailed: true))
    #expect(try third.runTrial() == nil)
  }

  @Test("Two processes that try failed trials once more at the same time make one decision of each")
  func retryingTwice() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    for _ in 0..<4 { try sweep.runTrial(end: .failed(.timedOut, message: "slow")) }
    let options = OpeningOptions(retriesFailed: true)
    let first = try database.openSweep(sampleSweep(), options: options)
    let claim = try #require(try first.nextClaim())
    let second = try database.openSweep(sampleSweep(), options: options)
    #expect(try second.runAll() == 3)
    try first.carryOut(claim)
    #expect(try database.rows("SELECT count(*) FROM decision WHERE purpose = 'retry'") == ["4"])
  }

  @Test("An abandoned decision outside a smaller space is withdrawn, and trained when it is inside")
  func withdrawnAtOpening() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial()
    // Trial 1 has an interest size of 8.
    try sweep.runTrial(end: .interrupted)
    let smaller = try database.openSweep(sampleSweep(interestSizes: [.integer(4)]))
    #expect(
      try database.rows(Self.table) == ["0|0|search|complete", "1|1|search|withdrawn"])
    #expect(
      try database.rows("SELECT kind, epochs, bestEpoch, score, cost FROM outcome WHERE id = 2")
        == ["withdrawn|0|NULL|NULL|0"])
    #expect(try smaller.runTrial()?.number == 2)
    #expect(try smaller.runTrial() == nil)

    let larger = try database.openSweep(sampleSweep())
    #expect(try larger.runAll() == 2)
    let history = try larger.history()
    #expect(history.decisions[4].trial == history.decisions[1].trial)
    #expect(
      try database.rows(Self.table) == [
        "0|0|search|complete", "1|1|search|withdrawn", "2|2|search|complete",
        "3|3|search|complete", "4|1|search|complete",
      ])
    #expect(try database.rows("SELECT DISTINCT state FROM results") == ["complete"])
  }

  @Test("A decision outside a smaller space is withdrawn by the process that finds it abandoned")
  func withdrawnWhileRunning() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let other = try OtherProcess()
    let theirs = try ResultsDatabase(path: path, access: .write, owner: other.identity)
      .openSweep(sampleSweep())
    let first = try #require(try theirs.nextClaim())
    let second = try #require(try theirs.nextClaim())
    let ours = try ResultsDatabase(path: path)
      .openSweep(sampleSweep(interestSizes: [.integer(4)]))
    #expect(try ours.runTrial()?.number == 2)
    // They live, and may still bring an outcome.
    #expect(try ours.runTrial() == nil)
    #expect(try ours.history().settledCount == 0)
    other.kill()
    #expect(try ours.runTrial() == first.trial)
    #expect(try ours.runTrial() == nil)
    #expect(try ours.history().outcome(of: second.decision.number)?.kind == .withdrawn)
    #expect(try ours.history().settledCount == 3)
    #expect(throws: DecisionStoreError.lost(1)) { try theirs.record(report(0), of: second) }
  }

  @Test("A decision of a process that cannot be seen is left to it, until it is taken over")
  func takingOver() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let theirs = try ResultsDatabase(path: path, access: .write, owner: .elsewhere)
      .openSweep(sampleSweep())
    let claim = try #require(try theirs.nextClaim())
    let ours = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try ours.runAll() == 3)
    #expect(try ours.resume(except: []) == nil)
    #expect(
      try ours.elsewhere()
        == [DecisionElsewhere(decision: 0, trial: 0, host: "elsewhere", pid: 1, isVisible: false)])
    #expect(try ours.counts().running == 1)

    let options = OpeningOptions(takesOver: true)
    let taking = try ResultsDatabase(path: path).openSweep(sampleSweep(), options: options)
    #expect(try taking.elsewhere().isEmpty)
    #expect(try taking.runTrial() == claim.trial)
    #expect(try taking.runTrial() == nil)
    #expect(throws: DecisionStoreError.lost(0)) { try theirs.end(claim, with: complete()) }
  }

  @Test("Nobody takes over what a process that can be seen is working on")
  func notTakingOver() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let other = try OtherProcess()
    _ = try ResultsDatabase(path: path, access: .write, owner: other.identity)
      .openSweep(sampleSweep()).nextClaim()
    let ours = try ResultsDatabase(path: path)
      .openSweep(sampleSweep(), options: OpeningOptions(takesOver: true))
    #expect(try ours.elsewhere().map(\.decision) == [0])
  }
}
