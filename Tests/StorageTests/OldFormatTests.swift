import Foundation
import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// Files of earlier formats, which earlier versions of the program have made.
@Suite struct OldFormatTests {
  private static let views = [
    "results", "curve", "failure", "trials", "trial_params", "trial_values",
    "trial_intermediate_values", "trial_user_attributes",
  ]

  /// The description with which a file goes on.
  private func description(
    _ database: ResultsDatabase, _ space: [(String, [Literal])]
  ) throws -> SweepDescription {
    let sweep = try database.sweep()
    return SweepDescription(
      dataset: sweep.dataset, dataDigest: sweep.dataDigest, settings: sweep.settings,
      space: SearchSpace(space.map { .init(name: $0, domain: .choice($1)) }),
      samplerSeed: sweep.seed, validMetric: sweep.validMetric, direction: sweep.direction,
      toolVersion: "2.0.0")
  }

  private let grid: [(String, [Literal])] = [
    ("learning_rate", [.real(0.01), .real(0.005), .real(0.001)]),
    ("interest_size", [.integer(2), .integer(4)]),
  ]

  @Test("Opening for writing brings a file to the newest format in place", arguments: OldFile.names)
  func migration(name: String) throws {
    let file = try OldFile(name)
    #expect(try file.format == (name.hasPrefix("format1") ? 1 : 2))
    let (tables, views) = (try file.contents(), try file.contents(of: Self.views))
    let database = try ResultsDatabase(path: file.path)
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try database.rows("PRAGMA user_version") == ["\(Schema.version)"])
    #expect(try database.rows("PRAGMA foreign_keys") == ["1"])
    // A searched seed has left the parameters of a trial's row, and trials of a process that is gone do
    // not run any more; nothing else has changed.
    let changes = ["format1-seeds": ["trial"]]
    let interrupted = name.hasSuffix("interrupted")
    #expect(
      try tables.differences(in: database).sorted()
        == (interrupted ? ["attempt", "trial"] : changes[name] ?? []))
    #expect(
      try views.differences(in: database).sorted() == (interrupted ? ["results", "trials"] : []))
    #expect(try database.rows("SELECT 1 FROM trial WHERE state = 'running'").isEmpty)
    let columns = try database.columns(of: "results")
    #expect(Set(views.columns["results"] ?? []).isSubset(of: columns))

    let newest = try ResultsDatabase(inMemoryOwnedBy: .current)
    let schema = "SELECT type, name FROM sqlite_master WHERE sql <> '' ORDER BY 1, 2"
    #expect(try database.rows(schema) == newest.rows(schema))
    for table in try newest.rows("SELECT name FROM sqlite_master WHERE type = 'table'") {
      #expect(try database.columns(of: table) == newest.columns(of: table))
    }
  }

  @Test(
    "Trial n of format 1 is decision n, with its attempts, and an outcome if it has ended",
    arguments: OldFile.names.filter { $0.hasPrefix("format1") })
  func decisions(name: String) throws {
    let file = try OldFile(name)
    let database = try ResultsDatabase(path: file.path)
    #expect(
      try database.rows(
        """
        SELECT decision.number, fromEpoch, untilEpoch, purpose, seen, revision FROM decision
        ORDER BY number
        """)
        == database.rows("SELECT number, 0, NULL, 'search', NULL, 0 FROM trial ORDER BY number"))
    #expect(
      try database.rows(
        "SELECT 1 FROM decision JOIN trial ON trial.id = decision.trial WHERE decision.number <> trial.number"
      ).isEmpty)
    #expect(
      try database.rows(
        "SELECT number, kind, outcome.epochs, outcome.bestEpoch, score, cost "
          + "FROM outcome JOIN decision ON decision.id = outcome.decision ORDER BY number")
        == database.rows(
          """
          SELECT number, state, coalesce(epochs, 0), bestEpoch, validScore, coalesce(epochs, 0)
          FROM trial WHERE state IN ('complete', 'failed') ORDER BY number
          """))
    #expect(
      try database.rows(
        """
        SELECT 1 FROM attempt LEFT JOIN decision ON decision.id = attempt.decision
        WHERE decision.trial IS NOT attempt.trial
        """
      ).isEmpty)
    if !name.hasSuffix("seeds") {
      #expect(try database.rows("SELECT 1 FROM trial WHERE point <> number").isEmpty)
    }
  }

  @Test("Opening for reading leaves a file as it is, and shows the same", arguments: OldFile.names)
  func reading(name: String) throws {
    let file = try OldFile(name)
    let (bytes, views) = (try file.bytes, try file.contents(of: Self.views))
    let format = try file.format
    let reader = try ResultsDatabase(path: file.path, access: .read)
    #expect(try views.differences(in: reader).isEmpty)
    let sweep = try reader.sweep()
    let trials = try reader.trials(of: sweep.name)
    #expect(try file.bytes == bytes)
    #expect(try file.format == format)

    let writer = try ResultsDatabase(path: file.path)
    #expect(try writer.sweep() == sweep)
    #expect(try writer.trials(of: sweep.name) == trials)
    #expect(sweep.searchesSeed == name.hasSuffix("seeds"))
    #expect(trials.allSatisfy { $0.trial.point["seed"] == nil })
  }

  @Test(
    "An old file on which a process may still work is refused and stays as it is",
    arguments: [1, 2])
  func inUse(format: Int) throws {
    for owner in [ProcessIdentity.current, .elsewhere] {
      let file = try OldFile("format\(format)-interrupted", owner: owner)
      let bytes = try file.bytes
      let error = StorageError.inUse(path: file.path, host: owner.host, pid: owner.pid)
      #expect(throws: error) { try ResultsDatabase(path: file.path) }
      #expect(error.description.contains("process \(owner.pid) on \(owner.host)"))
      #expect(try file.bytes == bytes)
      #expect(try file.format == format)
      // Reading is always possible.
      #expect(try ResultsDatabase(path: file.path, access: .read).sweep().counts.running == 2)
      if owner == .current {
        #expect(throws: error) { try ResultsDatabase(path: file.path, takesOver: true) }
      } else {
        _ = try ResultsDatabase(path: file.path, takesOver: true)
        #expect(try file.format == Schema.version)
      }
    }
  }

  @Test(
    "A sweep that was interrupted goes on with the trials that it had begun", arguments: [1, 2])
  func goingOn(format: Int) throws {
    let file = try OldFile("format\(format)-interrupted")
    let database = try ResultsDatabase(path: file.path)
    let sweep = try database.openSweep(description(database, grid))
    #expect(!sweep.isNew && sweep.name == "synthetic-1" && sweep.method.algorithm == .exhaustive)
    #expect(try sweep.counts().interrupted == 2)
    let claim = try #require(try sweep.nextClaim())
    #expect(claim.decision.number == 2 && claim.trial.number == 2)
    #expect(claim.trial.point["learning_rate"] == .real(0.001))
    #expect(try sweep.keepEpochs(5, of: claim))
    try sweep.record(report(5), of: claim)
    try sweep.end(claim, with: complete(bestEpoch: 5, epochs: 6))
    let rest = try (0..<4).map { _ in try sweep.runTrial()?.number }
    #expect(rest == [3, 4, 5, nil])
    let history = try sweep.history()
    #expect(history.decisions.map(\.trial.number) == Array(0..<6))
    #expect(Set(history.decisions.map(\.trial.point)).count == 6)
    #expect(history.settledCount == 6 && history.pointCount == 6)
    #expect(try database.rows("SELECT number, point FROM trial") == (0..<6).map { "\($0)|\($0)" })
    #expect(try database.rows("SELECT count(*) FROM epoch WHERE trial = 3") == ["6"])
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
  }

  @Test("A finished sweep has nothing left, and goes on in a larger space", arguments: [1, 2])
  func finished(format: Int) throws {
    let file = try OldFile("format\(format)-finished")
    let database = try ResultsDatabase(path: file.path)
    #expect(try database.openSweep(description(database, grid)).runAll() == 0)
    var larger = grid
    larger[1].1.append(.integer(8))
    let sweep = try database.openSweep(description(database, larger))
    #expect(try sweep.runAll() == 3)
    #expect(try sweep.history().decisions.map(\.number) == Array(0..<9))
  }

  @Test("A failed trial is tried once more", arguments: [1, 2])
  func failed(format: Int) throws {
    let file = try OldFile("format\(format)-failed")
    let database = try ResultsDatabase(path: file.path)
    let space = [("learning_rate", [1e300, 0.01, 0.001].map { Literal.real($0) })]
    let sweep = try database.openSweep(
      description(database, space), options: OpeningOptions(retriesFailed: true))
    #expect(try sweep.history().outcome(of: 1)?.kind == .failed)
    let claim = try #require(try sweep.nextClaim())
    #expect(claim.decision.number == 3 && claim.trial.number == 1)
    try sweep.carryOut(claim)
    #expect(try sweep.runAll() == 0)
    #expect(
      try database.rows(
        "SELECT reason, message LIKE '%no finite number%' FROM outcome WHERE id = 2")
        == ["diverged|1"])
  }

  @Test("A searched seed leaves the point, which several trials then have")
  func seeds() throws {
    let file = try OldFile("format1-seeds")
    let database = try ResultsDatabase(path: file.path)
    #expect(
      try database.rows("SELECT number, point, parameters, seed FROM trial ORDER BY number") == [
        #"0|0|{"learning_rate": 0.01, "tau_ratio": 0.1}|2"#,
        #"1|0|{"learning_rate": 0.01, "tau_ratio": 0.1}|1"#,
        #"2|1|{"learning_rate": 0.01, "tau_ratio": 0.2}|2"#,
        #"3|1|{"learning_rate": 0.01, "tau_ratio": 0.2}|1"#,
      ])
    #expect(
      try database.rows("SELECT trial, seed = param_seed FROM results") == (0..<4).map { "\($0)|1" }
    )
    var description = try description(
      database, [("learning_rate", [.real(0.01)]), ("tau_ratio", [.real(0.1), .real(0.2)])])
    description.seedDomain = .choice([.integer(1), .integer(2)])
    let sweep = try database.openSweep(description)
    #expect(!sweep.isNew)
    #expect(try sweep.history().pointCount == 2)
    #expect(try sweep.runAll() == 0)
    description.seedDomain = .choice([.integer(1), .integer(2), .integer(3)])
    let more = try database.openSweep(description)
    #expect(try more.runAll() == 2)
    #expect(
      try database.rows("SELECT point, seed FROM trial WHERE number > 3 ORDER BY number")
        == ["0|3", "1|3"])
  }

  @Test("Several processes may open an old file at once")
  func together() throws {
    let file = try OldFile("format1-finished")
    let path = file.path
    try concurrently(6) { _ in
      let names = try ResultsDatabase(path: path).sweeps().map(\.name)
      #expect(names == ["synthetic-1"])
    }
    let database = try ResultsDatabase(path: file.path)
    #expect(try database.rows("SELECT count(*) FROM decision") == ["6"])
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
  }
}
