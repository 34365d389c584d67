import Foundation
import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// What people do to results.db by SQL: with foreign keys, or without as the sqlite3 command does.
@Suite struct HandWorkTests {
  private static let results = """
    SELECT sweep, trial, state, seed, learning_rate, interest_size, valid_score, epochs
    FROM results ORDER BY sweep, trial
    """

  /// A file with two finished sweeps, and a way to change it by hand.
  private struct Hands {
    let folder: TemporaryFolder
    let path: String
    let other: DatabaseQueue

    init(watchesKeys: Bool = false, trials: Int = 4) throws {
      folder = try TemporaryFolder()
      path = folder.path("results.db")
      let database = try ResultsDatabase(path: path)
      for name in [nil, "other"] {
        let sweep = try database.openSweep(sampleSweep(name: name))
        for number in 0..<trials { try sweep.runTrial(scores: [Double(number) / 8]) }
      }
      var configuration = Configuration()
      configuration.foreignKeysEnabled = watchesKeys
      other = try DatabaseQueue(path: path, configuration: configuration)
    }

    func execute(_ sql: String) throws {
      try other.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    func rows(_ sql: String) throws -> [String] { try ResultsDatabase(path: path).rows(sql) }

    /// Goes on with the first sweep and returns how many decisions that took.
    func goOn() throws -> Int {
      try ResultsDatabase(path: path).openSweep(sampleSweep()).runAll { Double($0) / 8 }
    }
  }

  @Test(
    "A deleted trial is trained again under its number, by a decision of its own",
    arguments: [
      ("number = 1", 1), ("number = 3", 1), ("number IN (0, 3)", 2), ("number >= 0", 4),
    ], [true, false])
  func deletedTrials(condition: (sql: String, count: Int), watchesKeys: Bool) throws {
    let hands = try Hands(watchesKeys: watchesKeys)
    let before = try hands.rows(Self.results)
    let points = try hands.rows("SELECT number, point FROM trial ORDER BY id")
    try hands.execute("DELETE FROM trial WHERE sweep = 1 AND \(condition.sql)")
    #expect(try hands.rows("SELECT 1 FROM results").count == 8 - condition.count)
    #expect(try hands.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try hands.goOn() == condition.count)
    #expect(try hands.rows(Self.results) == before)
    #expect(
      try hands.rows("SELECT number, point FROM trial ORDER BY sweep, number") == points)
    #expect(
      try hands.rows(
        "SELECT number, purpose FROM decision WHERE sweep = 1 ORDER BY number DESC LIMIT 1")
        == ["\(3 + condition.count)|retry"])
    #expect(try hands.goOn() == 0)
    // The same trial may go again.
    try hands.execute("DELETE FROM trial WHERE sweep = 1 AND \(condition.sql)")
    #expect(try hands.goOn() == condition.count)
    #expect(try hands.rows(Self.results) == before)
    #expect(try hands.rows("PRAGMA foreign_key_check").isEmpty)
  }

  @Test("A process that works on the sweep trains deleted trials again as well")
  func deletedWhileRunning() throws {
    let hands = try Hands(trials: 2)
    let sweep = try ResultsDatabase(path: hands.path).openSweep(sampleSweep())
    _ = try sweep.history()
    try hands.execute("DELETE FROM trial WHERE sweep = 1")
    #expect(try sweep.hasNews(except: []))
    #expect(try sweep.runTrial()?.number == 0)
    #expect(try sweep.runTrial()?.number == 1)
    #expect(try sweep.runTrial()?.number == 2)
    let history = try sweep.history()
    #expect(history.decisions.map(\.trial.number) == [0, 1, 0, 1, 2])
    #expect(history.outcome(of: 0)?.kind == .withdrawn && history.pointCount == 3)

    // Its own trial goes away under it.
    let claim = try #require(try sweep.nextClaim())
    try hands.execute("DELETE FROM trial WHERE sweep = 1 AND number = \(claim.trial.number)")
    #expect(throws: DecisionStoreError.lost(claim.decision.number)) {
      try sweep.record(report(0), of: claim)
    }
    #expect(try sweep.runTrial() == claim.trial)
  }

  @Test("A trial that was deleted after a pause has all its decisions withdrawn, and one more")
  func deletedAfterPause() throws {
    let hands = try Hands(trials: 0)
    let sweep = try ResultsDatabase(path: hands.path).openSweep(sampleSweep())
    let first = try #require(try sweep.nextClaim())
    try sweep.carryOut(first, end: paused())
    try sweep.runTrial()
    try sweep.carryOut(try #require(try sweep.claim(first.trial.point)), scores: [0.5, 0.6])
    try hands.execute("DELETE FROM trial WHERE number = 0")
    let history = try sweep.history()
    #expect(history.decisions.map(\.trial.number) == [0, 1, 0])
    #expect((0..<3).map { history.outcome(of: $0)?.kind } == [.withdrawn, .complete, .withdrawn])
    #expect(try sweep.runTrial() == first.trial)
    #expect(try sweep.history().decisions.last?.from == 0)
    #expect(try hands.goOn() == 2)
    #expect(try hands.rows("SELECT count(*), min(state) FROM trial") == ["4|complete"])
  }

  @Test("A deleted trial that lies outside the space waits until the space has it again")
  func deletedOutside() throws {
    let hands = try Hands()
    try hands.execute("DELETE FROM trial WHERE sweep = 1 AND number = 1")
    let smaller = sampleSweep(interestSizes: [.integer(4)])
    let database = try ResultsDatabase(path: hands.path)
    #expect(try database.openSweep(smaller).runAll() == 0)
    #expect(try hands.goOn() == 1)
  }

  @Test("A deleted sweep is gone, and the next one has nothing of it", arguments: [true, false])
  func deletedSweep(watchesKeys: Bool) throws {
    let hands = try Hands(watchesKeys: watchesKeys)
    try hands.execute("DELETE FROM sweep WHERE id = 2")
    let tables = try hands.rows(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for table in tables {
      for column in ["sweep", "study_id"]
      where try ResultsDatabase(path: hands.path).columns(of: table).contains(column) {
        #expect(try hands.rows("SELECT count(*) FROM \(table) WHERE \(column) = 2") == ["0"])
      }
    }
    #expect(try hands.rows("PRAGMA foreign_key_check").isEmpty)
    let database = try ResultsDatabase(path: hands.path)
    let sweep = try database.openSweep(sampleSweep(name: "other"))
    #expect(sweep.isNew && sweep.id == 3)
    #expect(
      try database.rows("SELECT study_id, study_name FROM studies") == [
        "1|ml-100k-1", "3|other",
      ])
    #expect(try sweep.runTrial()?.number == 0)
    #expect(try database.rows("SELECT id FROM trial WHERE sweep = 3") == ["9"])
    #expect(try hands.goOn() == 0)
  }

  @Test("A renamed sweep goes on, and its old name is free")
  func renamed() throws {
    let hands = try Hands()
    try hands.execute("UPDATE sweep SET name = 'mine' WHERE id = 1")
    #expect(try hands.rows("SELECT study_name FROM studies") == ["mine", "other"])
    #expect(try hands.goOn() == 0)
    let database = try ResultsDatabase(path: hands.path)
    #expect(try database.openSweep(sampleSweep(name: "mine")).isNew == false)
    let next = try database.openSweep(sampleSweep(settings: ["epochs": "9"]))
    #expect(next.isNew && next.name == "ml-100k-1")
  }

  /// Statements, and what a refusal says; nil if the statement is harmless.
  private static let statements: [(sql: String, refusal: String?)] = [
    ("DELETE FROM decision WHERE number = 1", "a decision goes with its trial"),
    ("DELETE FROM outcome WHERE decision = 1", "an outcome goes with its trial"),
    ("DELETE FROM trialParameter WHERE trial = 1", "a trialParameter goes with its trial"),
    ("DELETE FROM setting", "a setting goes with its sweep"),
    ("DELETE FROM parameter", "a parameter goes with its sweep"),
    ("DELETE FROM choice", "a choice goes with its sweep"),
    ("DELETE FROM sweepRevision", "a sweepRevision goes with its sweep"),
    ("DELETE FROM studies WHERE study_id = 1", "a study goes with its sweep"),
    ("DELETE FROM study_directions", "a study goes with its sweep"),
    ("DELETE FROM resultColumn", "the views have this column"),
    ("INSERT INTO studies (study_name) VALUES ('new')", "give it a storage of its own"),
    ("UPDATE studies SET study_name = 'new' WHERE study_id = 1", "UPDATE sweep SET name"),
    ("UPDATE sweep SET seed = 7", "never changes: begin another sweep"),
    ("UPDATE setting SET value = '9'", "never changes: begin another sweep"),
    ("UPDATE parameter SET name = 'x' WHERE id = 1", "never changes: begin another sweep"),
    ("UPDATE choice SET text = '9' WHERE position = 0", "the values of a sweep never change"),
    ("UPDATE sweepRevision SET number = number + 1", "the revisions of a sweep never change"),
    ("UPDATE trial SET number = number + 9", "what a trial is never changes"),
    ("UPDATE trial SET id = id + 9", "what a trial is never changes"),
    ("UPDATE trial SET state = 'waiting' WHERE id = 1", "this trial has ended"),
    ("UPDATE trial SET validScore = 0.9 WHERE id = 1", "what a trial has yielded never changes"),
    ("UPDATE trialParameter SET text = '9'", "what a trial is never changes"),
    ("UPDATE decision SET trial = 3", "a decision never changes"),
    ("UPDATE outcome SET score = 0.9", "an outcome never changes"),
    ("UPDATE epoch SET number = number + 9", "an epoch belongs to its trial"),
    ("UPDATE metric SET epoch = 9", "a metric belongs to its trial"),
    ("UPDATE attempt SET decision = 3", "an attempt belongs to its decision"),
    ("DELETE FROM epoch WHERE trial = 1", "what a trial has yielded stays"),
    ("DELETE FROM metric WHERE trial = 1", "what a trial has yielded stays"),
    ("DELETE FROM attempt", nil),
    ("DELETE FROM study_user_attributes", nil),
    ("DELETE FROM study_system_attributes", nil),
    ("UPDATE sweep SET plannedTrials = 9, ended = NULL, space = 'x'", nil),
    ("UPDATE trial SET seconds = 9, message = 'slow'", nil),
    ("UPDATE resultColumn SET title = 'rate' WHERE name = 'learning_rate'", nil),
  ]

  @Test(
    "A statement that would leave half of a fact behind is refused with a sentence",
    arguments: statements)
  func statement(sql: String, refusal: String?) throws {
    let hands = try Hands()
    let before = try hands.rows(Self.results)
    if let refusal {
      let error = #expect(throws: DatabaseError.self) { try hands.execute(sql) }
      #expect(error?.message?.contains(refusal) == true, "\(error?.message ?? "")")
    } else {
      try hands.execute(sql)
    }
    #expect(try hands.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try hands.goOn() == 0)
    #expect(try hands.rows(Self.results) == before)
    let next = try ResultsDatabase(path: hands.path)
      .openSweep(sampleSweep(settings: ["epochs": "9"]))
    #expect(next.isNew)
    #expect(try next.runTrial()?.number == 0)
  }

  @Test("Deleted attempts let a trial be taken up, and are not used again")
  func attempts() throws {
    let hands = try Hands(trials: 1)
    let sweep = try ResultsDatabase(path: hands.path).openSweep(sampleSweep())
    let claim = try #require(try sweep.nextClaim())
    try hands.execute("DELETE FROM attempt")
    let other = try ResultsDatabase(path: hands.path).openSweep(sampleSweep())
    let again = try #require(try other.nextClaim())
    #expect(again.decision == claim.decision && again.attempt > claim.attempt)
    #expect(throws: DecisionStoreError.lost(1)) { try sweep.record(report(0), of: claim) }
    try other.carryOut(again)
  }

  @Test("An epoch that was deleted from a paused trial is written again when it is trained again")
  func coveredEpoch() throws {
    let hands = try Hands(trials: 0)
    let sweep = try ResultsDatabase(path: hands.path).openSweep(sampleSweep())
    let point = try #require(try sweep.nextClaim())
    try sweep.carryOut(
      point, scores: [0.1, 0.2], end: paused(bestEpoch: 1, epochs: 2, score: 0.2))
    try hands.execute("DELETE FROM epoch WHERE number = 0")
    let claim = try #require(try sweep.claim(point.trial.point))
    #expect(try !sweep.keepEpochs(2, of: claim))
    for (epoch, score) in [0.1, 0.2, 0.3].enumerated() {
      try sweep.record(report(epoch, score: score), of: claim)
    }
    try sweep.end(claim, with: complete(bestEpoch: 2, epochs: 3, score: 0.3))
    #expect(
      try hands.rows("SELECT number, validScore FROM epoch ORDER BY number")
        == ["0|0.1", "1|0.2", "2|0.3"])
  }

  @Test("What got around the triggers is removed on opening, and never adopted")
  func orphans() throws {
    let hands = try Hands()
    try hands.execute(
      """
      PRAGMA foreign_keys = OFF;
      DROP TRIGGER deleteSweep;
      DROP TRIGGER keepDecisions;
      DELETE FROM sweep WHERE id = 2;
      INSERT INTO trial (sweep, number, parameters, seed, state, started)
      VALUES (3, 0, '{"interest_size": 4, "learning_rate": 0.01}', 1, 'complete', '');
      PRAGMA journal_mode = DELETE;
      """)
    let database = try ResultsDatabase(path: hands.path)
    let next = try database.openSweep(sampleSweep(name: "next"))
    #expect(next.id == 3)
    #expect(try database.rows("SELECT DISTINCT sweep FROM trial") == ["1"])
    for table in ["epoch", "metric", "attempt", "outcome", "decision"] {
      #expect(try database.rows("SELECT count(*) FROM \(table)") != ["0"])
    }
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try next.runAll() == 4)
  }

  @Test("What was deleted from a file of format 2 is trained again, and nothing of it is adopted")
  func oldFile() throws {
    for sql in [
      "DELETE FROM trial WHERE number = 5", "DELETE FROM trial WHERE number = 2",
      "DELETE FROM sweep", "DELETE FROM studies",
      "UPDATE sweep SET name = 'mine'; INSERT INTO studies VALUES (2, 'theirs')",
    ] {
      let file = try OldFile("format2-finished")
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      let sweep = try ResultsDatabase(path: file.path, access: .read).sweep()
      try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
      try queue.close()
      let database = try ResultsDatabase(path: file.path)
      #expect(try database.rows("PRAGMA foreign_key_check").isEmpty, "\(sql)")
      let description = SweepDescription(
        dataset: sweep.dataset, dataDigest: sweep.dataDigest, settings: sweep.settings,
        space: SearchSpace([
          .init(name: "learning_rate", domain: .choice([.real(0.01), .real(0.005), .real(0.001)])),
          .init(name: "interest_size", domain: .choice([.integer(2), .integer(4)])),
        ]), samplerSeed: sweep.seed, validMetric: sweep.validMetric, direction: sweep.direction,
        toolVersion: "3.0.0")
      let again = try database.openSweep(description)
      let tuner = again.tuner(GridSampler(space: description.space, seed: 2020))
      #expect(again.isNew == sql.hasPrefix("DELETE FROM sweep"), "\(sql)")
      var count = 0
      var next = NextClaim(tuner: tuner, store: again)
      while case .carryOut(let claim) = try next.claim() {
        try again.carryOut(claim)
        count += 1
      }
      #expect(count == (sql.contains("trial") ? 1 : again.isNew ? 6 : 0), "\(sql)")
      #expect(
        try database.rows("SELECT count(*), count(DISTINCT parameters), min(state) FROM trial")
          == ["6|6|complete"], "\(sql)")
      #expect(
        try database.rows("SELECT study_id, study_name FROM studies")
          == database.rows("SELECT id, name FROM sweep"), "\(sql)")
    }
  }
}
