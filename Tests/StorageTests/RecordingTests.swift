import Foundation
import GRDB
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct RecordingTests {
  @Test("Rows are there for another connection as soon as an event is recorded")
  func rowsAppear() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let reader = try ResultsDatabase(path: folder.path("results.db"), access: .read)
    let query = "SELECT trial, state, epochs, learning_rate, valid_score, test_ndcg_10 FROM results"

    let sweep = try database.openSweep(sampleSweep())
    #expect(try reader.rows(query).isEmpty)
    let claim = try #require(try sweep.nextClaim())
    #expect(try reader.rows(query) == ["0|running|NULL|0.01|NULL|NULL"])
    #expect(try reader.rows("SELECT number, trial, fromEpoch FROM decision") == ["0|1|0"])
    try sweep.record(report(0, score: 0.25), of: claim)
    #expect(
      try reader.rows("SELECT trial, epoch, loss, valid_score FROM curve") == ["0|0|9.0|0.25"])
    #expect(try reader.rows(query) == ["0|running|1|0.01|NULL|NULL"])
    try sweep.record(report(1, score: 0.5), of: claim)
    #expect(try reader.rows("SELECT * FROM outcome").isEmpty)
    try sweep.end(claim, with: complete(bestEpoch: 1, epochs: 2))
    #expect(try reader.rows(query) == ["0|complete|2|0.01|0.5|0.75"])
    #expect(
      try reader.rows("SELECT decision, kind, epochs, bestEpoch, score, cost FROM outcome")
        == ["1|complete|2|1|0.5|2"])
  }

  @Test("A reader sees the last state and is not blocked while a write is under way")
  func readersAreNotBlocked() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    try database.openSweep(sampleSweep()).runTrial()
    let reader = try DatabaseQueue(path: folder.path("results.db"))
    try database.write { db in
      try db.execute(sql: "UPDATE trial SET seconds = 0.75")
      // GRDB's default is to fail at once if it meets a lock.
      let score = try reader.read {
        try Double.fetchOne($0, sql: "SELECT seconds FROM results")
      }
      #expect(score != 0.75)
    }
    let score = try reader.read { try Double.fetchOne($0, sql: "SELECT seconds FROM results") }
    #expect(score == 0.75)
  }

  @Test("A writer goes on while a reader holds an old state open")
  func writersAreNotBlocked() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial()
    let reader = try DatabaseQueue(path: folder.path("results.db"))
    try reader.read { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM results") == 1)
      try sweep.runTrial()
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM results") == 1)
    }
    #expect(try database.rows("SELECT count(*) FROM results") == ["2"])
  }

  @Test("NaN is NULL: a diverged trial has a state, a reason and no numbers")
  func notANumber() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let claim = try #require(try sweep.nextClaim())
    try sweep.record(report(0, score: .nan, loss: .nan), of: claim)
    try sweep.end(claim, with: .failed(.diverged, message: "the loss is nan in epoch 0"))
    #expect(
      try database.rows("SELECT loss, valid_score, valid_mrr_10 FROM curve") == ["NULL|NULL|NULL"])
    #expect(
      try database.rows("SELECT state, valid_score, epochs, test_mrr_10 FROM results")
        == ["failed|NULL|1|NULL"])
    #expect(
      try database.rows("SELECT kind, epochs, score, cost, reason, message FROM outcome")
        == ["failed|1|NULL|1|diverged|the loss is nan in epoch 0"])
    try sweep.runTrial(end: complete(score: nil))
    try sweep.runTrial(end: complete(score: .nan))
    for trial in 1...2 {
      #expect(
        try database.rows(
          "SELECT state, valid_score, valid_mrr_10 FROM results WHERE trial = \(trial)")
          == ["complete|NULL|NULL"])
    }
    #expect(try sweep.history().outcome(of: 2)?.score == nil)
  }

  @Test("A paused trial has the score of its best epoch and no test metric")
  func pausedTrial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(
      scores: [0.25, 0.5, nil, 0.5, 0.125], end: paused(bestEpoch: 3, epochs: 5))
    #expect(
      try database.rows(
        "SELECT state, valid_score, best_epoch, epochs, valid_mrr_10, test_mrr_10 FROM results")
        == ["paused|0.5|3|5|0.5|NULL"])
  }

  @Test("The score before rounding stands beside the rounded one, and decides nothing")
  func unroundedScores() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(scores: [0.25, 0.5])
    #expect(
      try database.rows("SELECT validScore, unroundedScore FROM epoch")
        == ["0.25|0.25001", "0.5|0.50001"])
    #expect(try database.rows("SELECT validScore, unroundedScore FROM trial") == ["0.5|0.50001"])
    #expect(try database.rows("SELECT score FROM outcome") == ["0.5"])
    let trial = try #require(try database.bestTrial(of: sweep.name))
    #expect(trial.result?.validScore == 0.5 && trial.result?.unroundedScore == 0.50001)
    let epochs = try database.epochs(of: sweep.name, trial: 0)
    #expect(epochs.map(\.unroundedScore) == [0.25001, 0.50001])
  }

  @Test("An interrupted trial waits, and keeps its epochs until it starts anew without them")
  func interrupted() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(scores: [0.25, 0.5], end: .interrupted)
    #expect(try database.rows("SELECT trial, state, epochs FROM results") == ["0|waiting|2"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["2"])
    #expect(try database.rows("SELECT outcome FROM attempt") == ["interrupted"])
    #expect(try database.rows("SELECT * FROM outcome").isEmpty)

    let next = try database.openSweep(sampleSweep())
    #expect(try next.counts().interrupted == 1)
    let claim = try #require(try next.nextClaim())
    #expect(claim.trial.number == 0 && claim.decision.number == 0)
    #expect(try database.rows("SELECT state, epochs FROM results") == ["running|2"])
    #expect(try next.keepEpochs(0, of: claim))
    #expect(try database.rows("SELECT state, epochs FROM results") == ["running|NULL"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["0"])
    #expect(try database.rows("SELECT count(*) FROM metric") == ["0"])
    try next.record(report(0), of: claim)
    try next.end(claim, with: complete())
    #expect(
      try database.rows("SELECT outcome FROM attempt ORDER BY id") == ["interrupted", "complete"])
    #expect(try database.rows("SELECT count(*) FROM decision") == ["1"])
  }

  @Test("A trial has started with its first attempt, and counts what all of them have kept")
  func severalAttempts() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let database = try ResultsDatabase(path: path)
    let sweep = try database.openSweep(sampleSweep())
    let first = try #require(try sweep.nextClaim())
    _ = try sweep.keepEpochs(0, of: first)
    try sweep.record(report(0), of: first)
    try sweep.record(report(1), of: first)
    let started = try database.rows("SELECT started FROM results")
    #expect(started[0].wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    try sweep.end(first, with: .interrupted)
    Thread.sleep(forTimeInterval: 0.01)
    let again = try ResultsDatabase(path: path)
    let second = try #require(try again.openSweep(sampleSweep()).nextClaim())
    #expect(second.decision == first.decision)
    #expect(try again.rows("SELECT started FROM results") == started)
    #expect(
      try again.rows("SELECT started <= (SELECT min(started) FROM attempt) FROM trial") == ["1"])
    #expect(
      try again.rows("SELECT substr(datetime_start, 1, 23) || 'Z' FROM trials") == started)
  }

  @Test("What is kept of earlier attempts counts as seconds of the trial")
  func keptSeconds() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    // An epoch of a report takes 1.75 seconds.
    try sweep.runTrial(scores: [0.25, 0.5], end: .interrupted)
    #expect(try sweep.seconds(ofTrial: 0) == nil)
    let claim = try #require(try sweep.nextClaim())
    #expect(try sweep.keepEpochs(1, of: claim))
    try sweep.end(claim, with: complete())
    let seconds = try #require(try sweep.seconds(ofTrial: 0))
    #expect((1.75..<2.75).contains(seconds))
  }

  @Test("A decision that a process cannot begin waits for one that can")
  func declined() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let claim = try #require(try sweep.nextClaim())
    try sweep.end(claim, with: .declined("needs 9 GiB"))
    #expect(try database.rows("SELECT state FROM results") == ["waiting"])
    #expect(try database.rows("SELECT outcome FROM attempt") == ["declined"])
    #expect(try sweep.resume(except: [0]) == nil)
    #expect(try sweep.resume(except: [])?.decision == claim.decision)
  }

  @Test("A decision that was never handed out, or that was taken over, cannot be reported")
  func lostDecision() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let stranger = Claim(
      decision: Decision(number: 5, trial: Trial(number: 5, point: Point([]), seed: 1)), attempt: 9)
    #expect(throws: DecisionStoreError.lost(5)) { try sweep.record(report(0), of: stranger) }
    let claim = try #require(try sweep.nextClaim())
    try database.write { try $0.execute(sql: "UPDATE attempt SET ended = 'x', outcome = 'x'") }
    #expect(throws: DecisionStoreError.lost(0)) { try sweep.record(report(0), of: claim) }
    #expect(throws: DecisionStoreError.lost(0)) { try sweep.end(claim, with: complete()) }
    #expect(throws: DecisionStoreError.lost(0)) { try sweep.keepEpochs(0, of: claim) }
    #expect(try database.rows("SELECT count(*) FROM epoch") == ["0"])
    #expect(try database.rows("SELECT count(*) FROM outcome") == ["0"])
  }

  @Test("A loop with several workers fills a real file", arguments: [1, 4])
  func loop(workers: Int) throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let description = sampleSweep(interestSizes: (1...10).map { .integer($0) })
    let sweep = try database.openSweep(description)
    let executor = ThreadExecutor(capacity: workers) { claim, context in
      if claim.trial.number == 7 { return .failed(.outOfMemory, message: "none left") }
      for epoch in 0..<2 { try context.report(report(epoch)) }
      return complete(bestEpoch: 1, epochs: 2, score: Double(claim.trial.number))
    }
    let loop = TuningLoop(tuner: sweep.tuner(), store: sweep, executor: executor)
    #expect(try loop.run() == .finished)
    #expect(try database.rows("SELECT count(*), count(DISTINCT trial) FROM results") == ["20|20"])
    #expect(try database.rows("SELECT count(*) FROM decision") == ["20"])
    #expect(try database.rows("SELECT count(*) FROM outcome") == ["20"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["38"])
    #expect(try database.rows("SELECT trial FROM failure") == ["7"])
    #expect(try database.rows("SELECT count(*) FROM attempt WHERE ended IS NULL") == ["0"])
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
  }
}
