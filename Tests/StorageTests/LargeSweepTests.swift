import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// Sweeps of a hundred thousand trials: nothing takes a time that grows with their square.
@Suite struct LargeSweepTests {
  private static let count = 100_000

  @Test("100,000 values of a choice are stored, found again, and left out of a smaller space")
  func manyValues() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    func description(_ count: Int) -> SweepDescription {
      var description = sampleSweep()
      description.space = SearchSpace([
        .init(name: "tau_ratio", domain: .choice((0..<count).map { .integer($0) }))
      ])
      return description
    }
    let clock = ContinuousClock()
    let time = try clock.measure {
      let sweep = try database.openSweep(description(Self.count))
      try sweep.runTrial()
      _ = try sweep.claim(Point([.init(name: "tau_ratio", value: .integer(Self.count - 1))]))
      #expect(try database.openSweep(description(Self.count)).isNew == false)
      #expect(try database.openSweep(description(Self.count / 2)).counts().outside == 0)
    }
    // By their square they took minutes.
    #expect(time < .seconds(60))
    #expect(
      try database.rows("SELECT count(*), max(position) FROM choice")
        == ["\(Self.count)|\(Self.count - 1)"])
  }

  @Test("A sweep of 100,000 finished trials hands out its next one")
  func manyTrials() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    var description = sampleSweep()
    description.space = SearchSpace([
      .init(name: "tau_ratio", domain: .quniform(low: 0, high: 1e6, step: 1))
    ])
    let old = try ResultsDatabase(path: path)
    _ = try old.openSweep(description)
    try old.addCompleteTrials(Self.count, parameters: #"printf('{"tau_ratio": %d}', n)"#)
    let database = try ResultsDatabase(path: path)
    let sweep = try database.openSweep(description)
    let claim = try #require(try sweep.nextClaim(CountingSampler()))
    #expect(claim.decision.number == Self.count && claim.trial.number == Self.count)
    #expect(claim.trial.point["tau_ratio"] == .integer(Self.count))
    #expect(try sweep.counts().done == Self.count)
    #expect(try sweep.history().settledCount == Self.count)
    #expect(try sweep.bestTrial() == 0)
    #expect(try database.bestTrial(of: sweep.name)?.trial.number == 0)
  }

  @Test(
    "Of 100,000 finished trials, a larger space keeps all and adds its own, a smaller one adds none"
  )
  func anotherSpace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let names = ["embedding_size", "interest_size", "prototype_size"]
    func description(_ embeddings: Int) -> SweepDescription {
      var description = sampleSweep()
      description.space = SearchSpace(
        zip(names, [embeddings, 100, 100]).map { name, count in
          .init(name: name, domain: .choice((0..<count).map { .integer($0) }))
        })
      return description
    }
    func grid(_ description: SweepDescription) -> GridSampler {
      GridSampler(space: description.space, seed: 1)
    }
    let old = try ResultsDatabase(path: path)
    _ = try old.openSweep(description(10))
    try old.addCompleteTrials(
      Self.count,
      parameters: """
        printf('{"embedding_size": %d, "interest_size": %d, "prototype_size": %d}',
          n / 10000, n / 100 % 100, n % 100)
        """)
    let larger = description(11)
    let enlarged = try ResultsDatabase(path: path).openSweep(larger)
    #expect(try enlarged.counts().done == Self.count)
    #expect(try enlarged.counts().outside == 0)
    let claim = try #require(try enlarged.nextClaim(grid(larger)))
    #expect(claim.trial.number == Self.count)
    #expect(claim.trial.point["embedding_size"] == .integer(10))
    try enlarged.carryOut(claim)

    // The new cell is outside as well.
    let smaller = description(9)
    let reduced = try ResultsDatabase(path: path).openSweep(smaller)
    #expect(try reduced.counts().outside == 10_001)
    #expect(try reduced.nextClaim(grid(smaller)) == nil)
  }
}

/// Proposes the values 0, 1, 2, … of one parameter.
struct CountingSampler: Sampler {
  var readsOutcomes: Bool { false }

  func point(_ number: Int, after history: History) -> Point? {
    Point([.init(name: "tau_ratio", value: .integer(number))])
  }
}

extension ResultsDatabase {
  /// Adds trials with integral parameters to the first sweep, each complete after one epoch.
  ///
  /// - Parameter parameters: SQL for the parameters of trial n as JSON.
  func addCompleteTrials(_ count: Int, parameters: String) throws {
    try write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE counter(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < ?)
          INSERT INTO trial (sweep, number, point, parameters, seed, state, started, ended,
            validScore, bestEpoch, epochs)
          SELECT 1, n, n, \(parameters), 1, 'complete', '', '', 1.0 / (n + 1), 0, 1 FROM counter
          """, arguments: [count - 1])
      try db.execute(
        sql: """
          INSERT INTO trialParameter (trial, position, name, value, text)
          SELECT trial.id, parameter.position, key, json.value, json.value
          FROM trial, json_each(trial.parameters) AS json
          JOIN parameter ON parameter.sweep = 1 AND parameter.name = key
          ORDER BY trial.id;

          INSERT INTO decision (sweep, number, trial, fromEpoch, purpose, seen, charge, revision,
            created)
          SELECT 1, number, id, 0, 'search', 0, 3, 0, '' FROM trial ORDER BY number;

          INSERT INTO outcome (decision, kind, epochs, bestEpoch, score, cost, ended)
          SELECT decision.id, 'complete', 1, 0, validScore, 1, ''
          FROM decision JOIN trial ON trial.id = decision.trial ORDER BY decision.number;

          INSERT INTO attempt (trial, decision, host, pid, toolVersion, started, ended, outcome)
          SELECT trial, id, 'host', 1, '1.0.0', '', '', 'complete' FROM decision;
          """)
    }
  }
}
