import Foundation
import TestSupport
import Testing

/// Searches that look at outcomes, with real processes, the real store and the real trainer: whichever
/// process carries out the decisions and whenever a process dies, the decisions and the results are the
/// same to the bit.
@Suite(.startsProcesses) struct SearchSweepTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["SINE_TUNE_SEARCH_KILLS"].flatMap(Int.init) ?? 12

  private static let space = """
    learning_rate choice [0.02,0.01,0.005,0.001]
    prototype_size choice [8,12,16]

    """

  /// How a sweep searches, and the rule that shows that it did.
  enum Search: String, CaseIterable, CustomTestStringConvertible {
    case kg, screen, asha, hyperband, seeds

    var options: [String] {
      switch self {
      case .kg: ["--max_epochs_total", "150", "--confirm", "2"]
      case .screen: ["--algo", "kg", "--screen", "--max_epochs_total", "60"]
      case .asha: ["--algo", "random", "--pruner", "asha", "--max_evals", "10", "--seeds", "2"]
      case .hyperband:
        ["--algo", "tpe", "--pruner", "hyperband", "--max_epochs_total", "70"]
      case .seeds: ["--algo", "asha_seeds", "--max_evals", "14"]
      }
    }

    /// A rule that only this search has.
    var rule: String {
      switch self {
      case .kg: "gain"
      case .screen: "screen"
      case .asha, .hyperband, .seeds: "promotion"
      }
    }

    var testDescription: String { rawValue }
  }

  /// Every decision, why it was made and its outcome, without times and processes.
  private static let table = """
    SELECT decision.number, trial.number, trial.parameters, trial.seed, fromEpoch, untilEpoch,
      purpose, seen, charge, why, kind, outcome.epochs, outcome.bestEpoch,
      printf('%!.17g', score), cost
    FROM decision JOIN trial ON trial.id = decision.trial
    LEFT JOIN outcome ON outcome.decision = decision.id ORDER BY 1
    """
  private static let curves = """
    SELECT trial.number, epoch.number, printf('%!.17g', trainLoss), printf('%!.17g',
      epoch.validScore), printf('%!.17g', epoch.unroundedScore)
    FROM epoch JOIN trial ON trial.id = epoch.trial ORDER BY 1, 2
    """

  private func arguments(_ search: Search, jobs: Int) -> [String] {
    SmallLog.sweep("--epochs=12", "--stopping_step=2", "--jobs", "\(jobs)", "--threads", "1")
      + ["--lag", "2", "--quiet"] + search.options
  }

  private func rows(in folder: TemporaryFolder) throws -> [[String]] {
    try [Self.table, Self.curves].map { try query($0, in: folder) }
  }

  private func reference(_ search: Search) async throws -> [[String]] {
    let folder = try SmallLog.folder(space: Self.space)
    let result = try await BuiltBinary.run(arguments(search, jobs: 1), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return try rows(in: folder)
  }

  @Test("One, two and eight jobs, one process and three: one table", arguments: Search.allCases)
  func workers(_ search: Search) async throws {
    let expected = try await reference(search)
    #expect(expected[0].contains { $0.contains("\"rule\":\"\(search.rule)\"") })
    for (jobs, processes) in [(2, 1), (8, 1), (1, 3)] {
      let folder = try SmallLog.folder(space: Self.space)
      let commands = try (0..<processes).map { _ in
        try RunningCommand(BuiltBinary.url, arguments(search, jobs: jobs), in: folder)
      }
      for command in commands {
        let result = try await command.result()
        #expect(result.status == 0, "\(result.errors)")
      }
      #expect(try rows(in: folder) == expected, "\(jobs) jobs, \(processes) processes")
    }
  }

  @Test("Killed anywhere, by one process to three: the same table", arguments: [Search.kg, .asha])
  func kills(_ search: Search) async throws {
    let expected = try await reference(search)
    var random = SeededRandom(seed: 5)
    var (kills, sweeps) = (0, 0)
    while kills < Self.kills {
      let folder = try SmallLog.folder(space: Self.space)
      var isDone = false
      while !isDone, kills < Self.kills {
        let commands = try (0...sweeps % 3).map { _ in
          try RunningCommand(BuiltBinary.url, arguments(search, jobs: 2), in: folder)
        }
        for command in commands {
          try await Task.sleep(for: .milliseconds(Int.random(in: 30...400, using: &random)))
          command.signal(SIGKILL)
        }
        for command in commands {
          let result = try await command.result()
          #expect([0, 137].contains(result.status), "\(result.errors)")
          kills += result.status == 137 ? 1 : 0
          isDone = isDone || result.status == 0
        }
      }
      let last = try await BuiltBinary.run(arguments(search, jobs: 2), in: folder)
      #expect(last.status == 0, "\(last.errors)")
      #expect(try rows(in: folder) == expected)
      #expect(try query("PRAGMA foreign_key_check", in: folder) == [])
      sweeps += 1
    }
    print("\(search.rawValue): \(kills) kills, \(sweeps) sweeps with the reference's decisions")
  }
}
