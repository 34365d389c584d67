import Foundation
import Literals
import Search
import Testing
import Tuning

@testable import Storage

@Suite struct DurabilityTests {
  @Test("A trial that goes on keeps the epochs before its checkpoint, and those behind go")
  func keepingEpochs() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep(), scores: [0.1, 0.2, 0.3], outcome: .interrupted)
    let next = try database.openSweep(sampleSweep())
    let trial = try #require(try next.nextTrial(propose: grid(sampleSweep())))
    #expect(try next.keepEpochs(2, of: trial))
    #expect(try database.rows("SELECT epoch, valid_score FROM curve") == ["0|0.1", "1|0.2"])
    #expect(try database.rows("SELECT DISTINCT epoch FROM metric") == ["0", "1"])
    try next.record(.epoch(trial, report(2, score: 0.4)))
    try next.record(.ended(trial, complete(bestEpoch: 2, epochs: 3, score: 0.4)))
    #expect(try database.rows("SELECT epochs, best_epoch FROM results") == ["3|2"])
    #expect(try database.rows("SELECT seconds > 3.5 FROM results") == ["1"])
  }

  @Test("A checkpoint from behind the last row is of no use: the trial starts anew")
  func missingEpochs() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep(), scores: [0.1, 0.2], outcome: .interrupted)
    let next = try database.openSweep(sampleSweep())
    let trial = try #require(try next.nextTrial(propose: grid(sampleSweep())))
    #expect(try !next.keepEpochs(3, of: trial))
    #expect(try database.rows("SELECT count(*) FROM epoch") == ["0"])
    #expect(try database.rows("SELECT count(*) FROM metric") == ["0"])
    #expect(throws: StorageError.lostTrial(sweep: "ml-100k-1", number: 0)) {
      try recorder.keepEpochs(0, of: trial)
    }
  }

  @Test("Failed trials are run again only where that is asked for, as new attempts")
  func retrying() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep())
    try recorder.runTrial(of: sampleSweep(), outcome: .failed(.timedOut, message: "slow"))
    try recorder.runTrial(of: sampleSweep())
    #expect(try database.openSweep(sampleSweep()).runTrial(of: sampleSweep())?.number == 3)

    let again = try database.openSweep(sampleSweep(), retriesFailed: true)
    #expect(again.counts.failed == 0 && again.counts.interrupted == 1)
    #expect(try again.runTrial(of: sampleSweep())?.number == 1)
    #expect(try again.runTrial(of: sampleSweep()) == nil)
    #expect(
      try database.rows("SELECT outcome FROM attempt WHERE trial = 2 ORDER BY id")
        == ["failed", "complete"])
    #expect(try database.rows("SELECT * FROM failure").isEmpty)
  }

  @Test("A fresh sweep stands beside the old one, and is the one that is resumed")
  func fresh() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(of: sampleSweep())
    let fresh = try database.openSweep(sampleSweep(), isFresh: true)
    #expect(fresh.isNew && fresh.name == "ml-100k-2")
    #expect(try fresh.runTrial(of: sampleSweep())?.number == 0)
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-2")
    #expect(
      try database.rows("SELECT sweep, trial FROM results") == ["ml-100k-1|0", "ml-100k-2|0"])
    _ = try database.openSweep(sampleSweep(name: "mine"), isFresh: true)
    #expect(throws: StorageError.sweepExists(name: "mine")) {
      try database.openSweep(sampleSweep(name: "mine"), isFresh: true)
    }
  }

  @Test("Every space that a sweep had has its row, the same one again has none")
  func revisions() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    func open(_ sizes: [Int]) throws -> SweepRecorder {
      let description = sampleSweep(interestSizes: sizes.map { .integer($0) })
      let recorder = try database.openSweep(description)
      while try recorder.runTrial(of: description) != nil {}
      return recorder
    }
    _ = try open([4, 8])
    #expect(try open([4, 8]).outsideSpace == 0)
    #expect(try database.rows("SELECT number FROM sweepRevision") == ["0"])
    #expect(try open([4, 8, 16]).outsideSpace == 0)
    // The cells of 4 and 16 are left as they are.
    #expect(try open([8]).outsideSpace == 4)
    #expect(try open([8]).outsideSpace == 4)
    #expect(
      try database.rows("SELECT number, space LIKE '%16%' FROM sweepRevision")
        == ["0|0", "1|1", "2|0"])
    #expect(try database.rows("SELECT count(*) FROM results") == ["6"])
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
    #expect(error.description.hasSuffix("or start another sweep with --fresh"))
    #expect(try database.openSweep(changed, isFresh: true).name == "ml-100k-2")
    #expect(try database.openSweep(changed).name == "ml-100k-2")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    changed.settings.removeLast()
    #expect(try database.openSweep(changed).name == "ml-100k-3")
  }

  @Test("What a process that was killed leaves behind is taken up by one that is still there")
  func leftBehind() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let child = Process()
    child.executableURL = URL(filePath: "/bin/sleep")
    child.arguments = ["60"]
    try child.run()
    let stat = try String(contentsOfFile: "/proc/\(child.processIdentifier)/stat", encoding: .utf8)
    let current = ProcessIdentity.current
    let other = ProcessIdentity(
      host: current.host, bootID: current.bootID, pidNamespace: current.pidNamespace,
      pid: Int(child.processIdentifier),
      start: stat.split(separator: " ").dropFirst(21).first.map(String.init))

    let theirs = try ResultsDatabase(path: path, access: .write, owner: other)
      .openSweep(sampleSweep())
    _ = try theirs.nextTrial(propose: grid(sampleSweep()))
    let ours = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(try ours.standing() == .settled)
    while try ours.runTrial(of: sampleSweep()) != nil {}
    #expect(try ours.standing() == .runningElsewhere(1))
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    #expect(try ours.standing() == .leftBehind)
    #expect(try ours.runTrial(of: sampleSweep())?.number == 0)
    #expect(try ours.standing() == .settled)
    #expect(try ours.runTrial(of: sampleSweep()) == nil)
  }

  @Test("Trials elsewhere that cannot be watched are not waited for")
  func unwatchable() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let theirs = try ResultsDatabase(path: path, access: .write, owner: .elsewhere)
      .openSweep(sampleSweep())
    _ = try theirs.nextTrial(propose: grid(sampleSweep()))
    let ours = try ResultsDatabase(path: path).openSweep(sampleSweep())
    while try ours.runTrial(of: sampleSweep()) != nil {}
    #expect(try ours.standing() == .settled)
  }

  @Test("A trial that waits for its owner keeps its place in the budget")
  func budgetOfWaitingTrials() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let first = try database.openSweep(sampleSweep())
    let second = try database.openSweep(sampleSweep())
    let trial = try #require(try first.nextTrial(budget: 2, propose: grid(sampleSweep())))
    #expect(try second.nextTrial(budget: 2, propose: grid(sampleSweep()))?.number == 1)
    try first.record(.ended(trial, .interrupted))
    #expect(try second.nextTrial(budget: 2, propose: grid(sampleSweep()))?.number == 0)
    #expect(try second.nextTrial(budget: 2, propose: grid(sampleSweep())) == nil)
  }

  @Test("The best trial is the one with the best score, of equals the first")
  func bestTrial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    #expect(try recorder.bestTrial() == nil)
    #expect(try recorder.isBest(7, score: 0.1))
    #expect(try !recorder.isBest(7, score: nil) && !recorder.isBest(7, score: .nan))
    try recorder.runTrial(of: sampleSweep(), scores: [0.2])
    try recorder.runTrial(of: sampleSweep(), scores: [0.4])
    try recorder.runTrial(of: sampleSweep(), scores: [0.4])
    #expect(try recorder.bestTrial() == 1)
    #expect(try recorder.isBest(0, score: 0.4) && recorder.isBest(3, score: 0.5))
    #expect(try !recorder.isBest(3, score: 0.4))
    _ = try recorder.nextTrial(propose: grid(sampleSweep()))
    let settled = try recorder.settled(among: [0, 2, 3, 9])
    #expect(settled.numbers == [0, 2, 9] && settled.best == 1)
  }
}
