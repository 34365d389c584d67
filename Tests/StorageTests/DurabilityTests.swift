import GRDB
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// What stays of a trial when its attempt ends early, and what nothing ever changes.
@Suite struct DurabilityTests {
  private static let epochs = """
    SELECT epoch.*, (SELECT group_concat(id || name || value) FROM metric
      WHERE metric.trial = epoch.trial AND metric.epoch = epoch.number)
    FROM epoch ORDER BY id
    """

  @Test("A trial that goes on keeps the epochs before its checkpoint, and those behind go")
  func keepingEpochs() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(scores: [0.1, 0.2, 0.3], end: .interrupted)
    let next = try database.openSweep(sampleSweep())
    let claim = try #require(try next.nextClaim())
    #expect(try next.keepEpochs(2, of: claim))
    #expect(try database.rows("SELECT epoch, valid_score FROM curve") == ["0|0.1", "1|0.2"])
    #expect(try database.rows("SELECT DISTINCT epoch FROM metric") == ["0", "1"])
    try next.record(report(2, score: 0.4), of: claim)
    try next.end(claim, with: complete(bestEpoch: 2, epochs: 3, score: 0.4))
    #expect(try database.rows("SELECT epochs, best_epoch FROM results") == ["3|2"])
    #expect(try database.rows("SELECT seconds > 3.5 FROM results") == ["1"])
    #expect(try next.history().outcome(of: 0)?.cost == 3)
  }

  @Test("A checkpoint from behind the last row is of no use: the trial starts anew")
  func missingEpochs() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(scores: [0.1, 0.2], end: .interrupted)
    let next = try database.openSweep(sampleSweep())
    let claim = try #require(try next.nextClaim())
    #expect(try !next.keepEpochs(3, of: claim))
    #expect(try database.rows("SELECT count(*) FROM epoch") == ["0"])
    #expect(try database.rows("SELECT count(*) FROM metric") == ["0"])
    #expect(throws: DecisionStoreError.lost(0)) { try sweep.keepEpochs(0, of: claim) }
  }

  /// A sweep with a trial that has paused after two epochs, and the decision that continues it.
  private func continuation(
    in database: ResultsDatabase
  ) throws -> (sweep: StoredSweep, claim: Claim) {
    let sweep = try database.openSweep(sampleSweep())
    let point = sweep.description.space.firstPoint
    let first = try #require(try sweep.claim(point, until: 2))
    try sweep.carryOut(first, scores: [0.1, 0.3], end: paused(bestEpoch: 1, epochs: 2, score: 0.3))
    let claim = try #require(try sweep.claim(point))
    #expect(claim.decision.from == 2 && claim.trial.number == 0 && claim.decision.number == 1)
    return (sweep, claim)
  }

  @Test("A paused trial goes on under its number, with what it has")
  func continuation() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let (sweep, claim) = try continuation(in: database)
    let query = "SELECT trial, state, valid_score, epochs FROM results"
    #expect(try database.rows(query) == ["0|running|0.3|2"])
    #expect(try sweep.keepEpochs(2, of: claim))
    try sweep.record(report(2, score: 0.4), of: claim)
    #expect(try database.rows(query) == ["0|running|0.3|3"])
    try sweep.end(claim, with: complete(bestEpoch: 2, epochs: 3, score: 0.4))
    #expect(try database.rows(query) == ["0|complete|0.4|3"])
    #expect(
      try database.rows("SELECT decision, kind, epochs, score, cost FROM outcome")
        == ["1|paused|2|0.3|2", "2|complete|3|0.4|1"])
    #expect(
      try database.rows("SELECT number, trial, fromEpoch, untilEpoch FROM decision")
        == ["0|1|0|2", "1|1|2|NULL"])
    #expect(try database.rows("SELECT seconds > 3.5 FROM results") == ["1"])
  }

  @Test(
    "Epochs that a pause covers stay, whatever checkpoint was found", arguments: [0, 1, 2, 3, 9])
  func coveredEpochs(found: Int) throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let (sweep, claim) = try continuation(in: database)
    _ = try sweep.keepEpochs(2, of: claim)
    try sweep.record(report(2, score: 0.2), of: claim)
    let all = try database.rows(Self.epochs)
    try sweep.end(claim, with: .interrupted)
    let again = try #require(try sweep.nextClaim())
    #expect(try sweep.keepEpochs(found, of: again) == (found <= 3))
    #expect(try database.rows(Self.epochs) == Array(all.prefix(found == 3 ? 3 : 2)))
  }

  @Test("Equal epochs that are trained again after a loss are accepted without a write")
  func equalEpochs() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let (sweep, claim) = try continuation(in: database)
    #expect(try sweep.keepEpochs(0, of: claim))
    let before = try database.rows(Self.epochs)
    let changes = try database.read { $0.totalChangesCount }
    for (epoch, score) in [0.1, 0.3].enumerated() {
      try sweep.record(report(epoch, score: score), of: claim)
    }
    #expect(try database.read { $0.totalChangesCount } == changes)
    #expect(try database.rows(Self.epochs) == before)
    try sweep.record(report(2, score: 0.4), of: claim)
    try sweep.end(claim, with: complete(bestEpoch: 2, epochs: 3, score: 0.4))
    #expect(try Array(database.rows(Self.epochs).prefix(2)) == before)
    // Training again after a loss costs nothing.
    #expect(try sweep.history().outcome(of: 1)?.cost == 1)
  }

  @Test(
    "An epoch that a pause covers and that comes out otherwise by one bit fails the attempt",
    arguments: [
      report(0, score: 0.1.nextUp), report(0, score: 0.1, loss: 9.0.nextUp), report(0, score: nil),
      report(0, score: 0.1, loss: .nan),
    ])
  func differingEpoch(changed: EpochReport) throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let (sweep, claim) = try continuation(in: database)
    _ = try sweep.keepEpochs(0, of: claim)
    let before = try database.rows(Self.epochs)
    #expect(throws: DecisionStoreError.differs(epoch: 0, trial: 0)) {
      try sweep.record(changed, of: claim)
    }
    #expect(try database.rows(Self.epochs) == before)
    try sweep.end(claim, with: .failed(.crashed, message: "it differs"))
    #expect(try database.rows(Self.epochs) == before)
    #expect(try sweep.history().outcome(of: 1)?.kind == .failed)
  }

  @Test("Figures that SQLite keeps in another form are the same when they are trained again")
  func specialFigures() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let point = sweep.description.space.firstPoint
    let scores = [-0.0, .nan, 1e308, -.infinity, .leastNonzeroMagnitude, 3, .infinity]
    let first = try #require(try sweep.claim(point, until: scores.count))
    _ = try sweep.keepEpochs(0, of: first)
    for (epoch, score) in scores.enumerated() {
      try sweep.record(report(epoch, score: score, loss: score), of: first)
    }
    try sweep.end(first, with: paused(bestEpoch: 6, epochs: 7, score: .infinity))
    let second = try #require(try sweep.claim(point))
    _ = try sweep.keepEpochs(0, of: second)
    for (epoch, score) in scores.enumerated() {
      try sweep.record(report(epoch, score: score, loss: score), of: second)
    }
  }

  @Test("The best trial is the one with the best score, of equals the first")
  func bestTrial() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep(interestSizes: (1...3).map { .integer($0) }))
    #expect(try sweep.bestTrial() == nil)
    #expect(try sweep.isBest(7, score: 0.1))
    #expect(try !sweep.isBest(7, score: nil) && !sweep.isBest(7, score: .nan))
    for score in [0.2, 0.4, 0.4] { try sweep.runTrial(scores: [score]) }
    #expect(try sweep.bestTrial() == 1)
    #expect(try sweep.isBest(0, score: 0.4) && sweep.isBest(3, score: 0.5))
    #expect(try !sweep.isBest(3, score: 0.4))
    try sweep.runTrial(scores: [0.9], end: paused(score: 0.9))
    _ = try sweep.nextClaim()
    let ended = try sweep.ended(among: [0, 2, 3, 4, 9])
    #expect(ended.numbers == [0, 2, 9] && ended.best == 1)
  }

  @Test("A sweep has ended when nothing is left to decide, until it is opened again")
  func ended() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let query = "SELECT ended IS NOT NULL FROM sweep"
    let ends: [(SweepEnd, String)] = [
      (.finished, "1"), (.cancelled, "0"), (.stoppedEarly, "1"), (.tooManyFailures, "0"),
      (.finished, "1"), (.superseded, "0"), (.finished, "1"),
      (.unfinished([UnfinishedDecision(decision: 0, trial: 0, cause: .declined(""))]), "0"),
    ]
    for (end, isEnded) in ends {
      try sweep.finish(end)
      #expect(try database.rows(query) == [isEnded], "\(end)")
    }
    try sweep.finish(.finished)
    _ = try database.openSweep(sampleSweep())
    #expect(try database.rows(query) == ["0"])
  }
}

extension SearchSpace {
  /// The first cell of the grid.
  var firstPoint: Point { GridSampler(space: self, seed: 0).point(ofCell: 0) }
}
