import Foundation
import GRDB
import Search
import Synchronization
import Testing
import Tuning

@testable import Storage

@Suite struct RecordingTests {
  @Test("Rows are there for another connection as soon as an event is recorded")
  func rowsAppear() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let reader = try ResultsDatabase(path: folder.path("results.db"), access: .read)
    let query = "SELECT trial, state, epochs, learning_rate, valid_score, test_ndcg_10 FROM results"

    let recorder = try database.openSweep(sampleSweep())
    #expect(try reader.rows(query).isEmpty)
    let trial = try #require(try recorder.nextTrial(propose: grid(sampleSweep())))
    try recorder.record(.started(trial))
    #expect(try reader.rows(query) == ["0|running|NULL|0.01|NULL|NULL"])
    try recorder.record(.epoch(trial, report(0, score: 0.25)))
    #expect(
      try reader.rows("SELECT trial, epoch, loss, valid_score FROM curve") == ["0|0|9.0|0.25"])
    #expect(try reader.rows(query) == ["0|running|1|0.01|NULL|NULL"])
    try recorder.record(.epoch(trial, report(1, score: 0.5)))
    try recorder.record(.ended(trial, complete(bestEpoch: 1, epochs: 2)))
    #expect(try reader.rows(query) == ["0|complete|2|0.01|0.5|0.75"])
  }

  @Test("A reader sees the last state and is not blocked while a write is under way")
  func readersAreNotBlocked() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    try database.openSweep(sampleSweep()).runTrial(of: sampleSweep())
    let reader = try DatabaseQueue(path: folder.path("results.db"))
    try database.write { db in
      try db.execute(sql: "UPDATE trial SET validScore = 0.75")
      // GRDB's default is to fail at once where a lock is met.
      let score = try reader.read {
        try Double.fetchOne($0, sql: "SELECT valid_score FROM results")
      }
      #expect(score == 0.5)
    }
    let score = try reader.read { try Double.fetchOne($0, sql: "SELECT valid_score FROM results") }
    #expect(score == 0.75)
  }

  @Test("A writer goes on while a reader holds an old state open")
  func writersAreNotBlocked() throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep())
    let reader = try DatabaseQueue(path: folder.path("results.db"))
    try reader.read { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM results") == 1)
      try recorder.runTrial(of: sampleSweep())
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM results") == 1)
    }
    #expect(try database.rows("SELECT count(*) FROM results") == ["2"])
  }

  @Test("NaN is NULL: a diverged trial has a state, a reason and no numbers")
  func notANumber() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    let trial = try #require(try recorder.nextTrial(propose: grid(sampleSweep())))
    try recorder.record(.epoch(trial, report(0, score: .nan, loss: .nan)))
    try recorder.record(.ended(trial, .failed(.diverged, message: "the loss is nan in epoch 0")))
    #expect(
      try database.rows("SELECT loss, valid_score, valid_mrr_10 FROM curve") == ["NULL|NULL|NULL"])
    #expect(
      try database.rows("SELECT state, valid_score, epochs, test_mrr_10 FROM results")
        == ["failed|NULL|1|NULL"])
    try recorder.runTrial(of: sampleSweep(), outcome: complete(score: nil))
    #expect(
      try database.rows("SELECT state, valid_score, valid_mrr_10 FROM results WHERE trial = 1")
        == ["complete|NULL|NULL"])
  }

  @Test("A pruned trial has the score of its best epoch, the later of equals, and no test metric")
  func pruned() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(
      of: sampleSweep(), scores: [0.25, 0.5, nil, 0.5, 0.125], outcome: .pruned(epochs: 5))
    #expect(
      try database.rows("SELECT state, valid_score, best_epoch, epochs, test_mrr_10 FROM results")
        == ["pruned|0.5|3|5|NULL"])
  }

  @Test("An interrupted trial waits, and keeps its epochs until it starts anew without them")
  func interrupted() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep(), scores: [0.25, 0.5], outcome: .interrupted)
    #expect(try database.rows("SELECT trial, state, epochs FROM results") == ["0|waiting|2"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["2"])
    #expect(try database.rows("SELECT outcome FROM attempt") == ["interrupted"])

    let next = try database.openSweep(sampleSweep())
    #expect(next.counts.interrupted == 1)
    let trial = try #require(try next.nextTrial(propose: grid(sampleSweep())))
    #expect(trial.number == 0)
    #expect(try database.rows("SELECT state, epochs FROM results") == ["running|2"])
    #expect(try next.keepEpochs(0, of: trial))
    #expect(try database.rows("SELECT state, epochs FROM results") == ["running|NULL"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["0"])
    #expect(try database.rows("SELECT count(*) FROM metric") == ["0"])
    try next.record(.epoch(trial, report(0)))
    try next.record(.ended(trial, complete()))
    #expect(
      try database.rows("SELECT outcome FROM attempt ORDER BY id") == ["interrupted", "complete"])
  }

  @Test("A trial that was never handed out, or that was taken over, cannot be reported")
  func lostTrial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    let stranger = Trial(number: 5, parameters: Point([]), seed: 1)
    #expect(throws: StorageError.lostTrial(sweep: "ml-100k-1", number: 5)) {
      try recorder.record(.started(stranger))
    }
    let trial = try #require(try recorder.nextTrial(propose: grid(sampleSweep())))
    try database.write { try $0.execute(sql: "UPDATE attempt SET ended = 'x', outcome = 'x'") }
    #expect(throws: StorageError.lostTrial(sweep: "ml-100k-1", number: 0)) {
      try recorder.record(.epoch(trial, report(0)))
    }
    #expect(try database.rows("SELECT count(*) FROM epoch") == ["0"])
  }

  @Test("A scheduler with several workers fills a real file", arguments: [1, 4])
  func scheduler(jobs: Int) throws {
    let folder = try TemporaryFolder()
    let database = try ResultsDatabase(path: folder.path("results.db"))
    let description = sampleSweep(interestSizes: (1...10).map { .integer($0) })
    let recorder = try database.openSweep(description)
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { try recorder.nextTrial(propose: grid(description)) },
      objective: { trial, context in
        if trial.number == 7 { return .failed(.outOfMemory, message: "none left") }
        for epoch in 0..<2 { _ = try context.report(report(epoch)) }
        return complete(bestEpoch: 1, epochs: 2, score: Double(trial.number))
      }, sink: recorder.record, biggerIsBetter: true)
    #expect(try scheduler.run() == .finished)
    #expect(try database.rows("SELECT count(*), count(DISTINCT trial) FROM results") == ["20|20"])
    #expect(try database.rows("SELECT count(*) FROM curve") == ["38"])
    #expect(try database.rows("SELECT trial FROM failure") == ["7"])
    #expect(try database.rows("SELECT count(*) FROM attempt WHERE ended IS NULL") == ["0"])
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
  }
}
