import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// The rule of decisions on a real file: every process has a connection and an identity of its own.
@Suite struct StoredDecisionTableTests {
  private static let settings = [
    ToySetting(lag: 1), ToySetting(lag: 2), ToySetting(lag: 4), ToySetting(lag: 2, work: 60),
  ]

  @Test(
    "Any number of processes, delays, deaths and lost checkpoints: the table of a store in memory",
    arguments: settings)
  func oneTable(setting: ToySetting) throws {
    var memory = SimulatedSweep(MemoryWorld(), processes: 1, deathRate: 0, seed: 0)
    try memory.run(setting)
    let expected = DecisionRow.table(memory.world.history())
    var deaths = 0
    for seed in 0..<FuzzingEffort.count(12, full: 250) {
      let world = try FileWorld()
      var simulation = SimulatedSweep(
        world, processes: 1 + seed % 4, deathRate: [0, 0.005, 0.03][seed % 3], seed: UInt64(seed))
      try simulation.run(setting)
      deaths += simulation.deaths
      let table = DecisionRow.table(try world.history())
      #expect(table == expected, "schedule \(seed)")
      if table != expected { break }
      try checkRows(world)
    }
    #expect(deaths > 0)
  }

  /// The rows of a finished sweep agree with one another.
  private func checkRows(_ world: FileWorld) throws {
    let database = try ResultsDatabase(path: world.path, access: .read)
    #expect(try database.rows("PRAGMA integrity_check") == ["ok"])
    #expect(try database.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try database.rows("SELECT 1 FROM attempt WHERE ended IS NULL").isEmpty)
    // Every trial has the epochs 0 … n − 1, and as many as its last outcome says.
    #expect(
      try database.rows(
        """
        SELECT trial.number FROM trial WHERE state IN ('complete', 'paused') AND epochs <>
          (SELECT count(*) FROM epoch WHERE epoch.trial = trial.id
            AND epoch.number < trial.epochs)
        """
      ).isEmpty)
    #expect(
      try database.rows(
        """
        SELECT trial.number, state, kind FROM trial
        JOIN decision ON decision.id = (SELECT max(id) FROM decision WHERE trial = trial.id)
        JOIN outcome ON outcome.decision = decision.id
        WHERE state <> kind AND NOT (state = 'waiting' AND kind = 'withdrawn')
        """
      ).isEmpty)
  }
}

/// A file of results as the world of simulated processes, whose identities are those of real ones that
/// do nothing and can be killed.
private final class FileWorld: SimulatedWorld {
  private let folder: TemporaryFolder
  let path: String
  private var description: SweepDescription
  private var processes: [Int: OtherProcess] = [:]

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("results.db")
    description = sampleSweep()
    description.metrics = ["mrr@10"]
    shrink(to: 1)
  }

  private func open(
    owner: ProcessIdentity = .current, options: OpeningOptions = OpeningOptions()
  ) throws -> StoredSweep {
    try ResultsDatabase(path: path, access: .write, durability: .normal, owner: owner)
      .openSweep(description, options: options)
  }

  func connect(_ process: Int) throws -> any DecisionStore {
    let other = try OtherProcess()
    processes[process] = other
    return try open(owner: other.identity)
  }

  func kill(_ process: Int) {
    processes.removeValue(forKey: process)?.kill()
  }

  func history() throws -> History { try open().history() }

  func retryFailed() throws { _ = try open(options: OpeningOptions(retriesFailed: true)) }

  func shrink(to bound: Double) {
    description.space = SearchSpace([.init(name: "x", domain: .uniform(low: 0, high: bound))])
  }
}
