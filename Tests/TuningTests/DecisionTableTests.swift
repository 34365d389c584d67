import Search
import TestSupport
import Testing
import Trials

@testable import Tuning

/// The rule of decisions under races and deaths of processes: all schedules end with the same table.
@Suite struct DecisionTableTests {
  struct Setting: CustomTestStringConvertible {
    let lag: Int
    let work: Int?
    var testDescription: String { "lag \(lag), \(work.map { "budget \($0)" } ?? "no budget")" }

    static let all = [1, 2, 4, 22].flatMap { lag in
      [Setting(lag: lag, work: nil), Setting(lag: lag, work: 60)]
    }

    func tuner(trials: Int, workFactor: Double = 1, bound: Double = 1) -> Tuner {
      Tuner(
        strategy: ToyStrategy(trials: trials, bound: bound), direction: .maximize, lag: lag,
        budget: Tuner.Budget(trials: trials, work: work.map { Int(Double($0) * workFactor) }),
        epochs: ToyStrategy.epochs)
    }
  }

  /// The number of schedules of each setting; with full effort 10,000 in all.
  private static let schedules = FuzzingEffort.count(150, full: 1_250)

  @Test(
    "Any number of processes, delays, deaths and lost checkpoints end with one table",
    arguments: Setting.all)
  func oneTable(setting: Setting) throws {
    var tables: Set<[DecisionRow]> = []
    var deaths = 0
    for seed in 0..<Self.schedules {
      var simulation = SimulatedSweep(
        processes: 1 + seed % 4, deathRate: [0, 0.002, 0.02][seed % 3], seed: UInt64(seed))
      // First the sweep, then the failed trials once more, then a space that shrank while a trial ran.
      try simulation.run(setting.tuner(trials: 10))
      simulation.sweep.retryFailed()
      try simulation.run(
        setting.tuner(trials: 14, workFactor: 1.5), stuck: Self.stuck(in: simulation))
      let shrunk = setting.tuner(trials: 20, workFactor: 2, bound: 0.3)
      simulation.sweep.revise { $0.point.x > 0.3 }
      try simulation.run(shrunk)
      tables.insert(DecisionRow.table(simulation.sweep.history))
      deaths += simulation.deaths
      #expect(simulation.sweep.history.settledCount == simulation.sweep.history.decisions.count)
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

  /// Returns the number of the second decision that is still to come.
  private static func stuck(in simulation: SimulatedSweep) -> Int {
    simulation.sweep.history.decisions.count + 1
  }
}
