import TestSupport
import Testing
import Trials
import Tuning

/// The rule of decisions under races and deaths: every schedule ends with one table.
@Suite struct DecisionTableTests {
  private static let settings = [1, 2, 4, 22].flatMap { lag in
    [ToySetting(lag: lag), ToySetting(lag: lag, work: 60)]
  }

  /// Schedules of each setting; 10,000 in all with full effort.
  private static let schedules = FuzzingEffort.count(150, full: 1_250)

  @Test(
    "Any number of processes, delays, deaths and lost checkpoints: one table",
    arguments: settings)
  func oneTable(setting: ToySetting) throws {
    var tables: Set<[DecisionRow]> = []
    var deaths = 0
    for seed in 0..<Self.schedules {
      var simulation = SimulatedSweep(
        MemoryWorld(), processes: 1 + seed % 4, deathRate: [0, 0.002, 0.02][seed % 3],
        seed: UInt64(seed))
      try simulation.run(setting)
      let history = simulation.world.history()
      tables.insert(DecisionRow.table(history))
      deaths += simulation.deaths
      #expect(history.settledCount == history.decisions.count)
      if tables.count > 1 { break }
    }
    #expect(tables.count == 1, "\(tables.map { $0.map(\.description) })")
    #expect(deaths > 0)
    let table = try #require(tables.first)
    let kinds = Set(table.compactMap(\.outcome?.kind))
    #expect(kinds.isSuperset(of: [.complete, .paused, .failed]))
    #expect(kinds.contains(.withdrawn) || setting.work != nil)
    #expect(table.contains { $0.decision.purpose == .retry })
  }
}
