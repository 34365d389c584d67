import Foundation
import Literals
import Search
import Storage
import TestSupport
import Testing
import ToySearch
import Trials
import Tuning

/// A strategy that looks at outcomes, pauses trials and continues them, with real processes, the real
/// store and the real trainer. The decision table is the same whichever process carries out the
/// decisions and whenever a process dies.
@Suite(.startsProcesses) struct ToySweepTests {
  private static let binary = BuiltBinary.url.deletingLastPathComponent()
    .appending(path: "toy-sweep")
  private static let space = """
    learning_rate choice [0.02,0.01,0.005,0.001]
    prototype_size choice [8,12,16]

    """
  private static let kills = 40

  /// Every decision and its outcome, without times and processes.
  private static let table = """
    SELECT decision.number, trial.number, trial.parameters, trial.seed, fromEpoch, untilEpoch,
      purpose, seen, charge, kind, outcome.epochs, outcome.bestEpoch, printf('%!.17g', score), cost
    FROM decision JOIN trial ON trial.id = decision.trial
    LEFT JOIN outcome ON outcome.decision = decision.id ORDER BY 1
    """
  private static let curves = """
    SELECT trial.number, epoch.number, printf('%!.17g', trainLoss), printf('%!.17g',
      epoch.validScore), printf('%!.17g', epoch.unroundedScore)
    FROM epoch JOIN trial ON trial.id = epoch.trial ORDER BY 1, 2
    """

  private func start(
    in folder: TemporaryFolder, jobs: Int, lag: Int, delay: Int = 3
  ) throws -> RunningCommand {
    try RunningCommand(
      Self.binary,
      ["\(jobs)", "\(lag)", "\(delay)"] + ["--dataset=small", "--data_path=data"]
        + ["--embedding_size=8", "--train_batch_size=128", "--MAX_ITEM_LIST_LENGTH=8"]
        + ["--epochs=12", "--stopping_step=1000"], in: folder)
  }

  private func rows(in folder: TemporaryFolder) throws -> [[String]] {
    try [Self.table, Self.curves].map { try query($0, in: folder) }
  }

  private func reference(lag: Int) async throws -> (TemporaryFolder, [[String]]) {
    let folder = try SmallLog.folder(space: Self.space)
    let result = try await start(in: folder, jobs: 1, lag: lag, delay: 0).result()
    #expect(result.status == 0, "\(result.errors)")
    return (folder, try rows(in: folder))
  }

  @Test("One, two and eight workers, one process and three: one table", arguments: [1, 3])
  func workers(lag: Int) async throws {
    let (folder, expected) = try await reference(lag: lag)
    #expect(expected[0].contains { $0.contains("|paused|") })
    #expect(expected[0].contains { $0.contains("|3||search|") && $0.contains("|complete|") })
    for (jobs, processes) in [(2, 1), (8, 1), (1, 3), (2, 3)] {
      let other = try SmallLog.folder(space: Self.space)
      let commands = try (0..<processes).map { _ in try start(in: other, jobs: jobs, lag: lag) }
      for command in commands {
        let result = try await command.result()
        #expect(result.status == 0 && result.output == "finished\n", "\(result.errors)")
      }
      let found = try rows(in: other)
      #expect(found == expected, "\(jobs) jobs, \(processes) processes")
    }
    try replay(folder, lag: lag, expected: expected[0])
  }

  @Test("Killed anywhere, by one process or three: the same table")
  func kills() async throws {
    let (_, expected) = try await reference(lag: 2)
    var random = SeededRandom(seed: 5)
    var kills = 0
    var sweeps = 0
    while kills < Self.kills {
      let folder = try SmallLog.folder(space: Self.space)
      var isDone = false
      while !isDone, kills < Self.kills {
        let commands = try (0..<[1, 3][sweeps % 2]).map { _ in
          try start(in: folder, jobs: 2, lag: 2)
        }
        for command in commands {
          try await Task.sleep(for: .milliseconds(Int.random(in: 10...250, using: &random)))
          command.signal(SIGKILL)
        }
        for command in commands {
          let result = try await command.result()
          #expect([0, 137].contains(result.status), "\(result.errors)")
          kills += result.status == 137 ? 1 : 0
          isDone = isDone || result.status == 0
        }
      }
      let last = try await start(in: folder, jobs: 2, lag: 2).result()
      #expect(last.status == 0, "\(last.errors)")
      #expect(try rows(in: folder) == expected)
      #expect(try query("PRAGMA foreign_key_check", in: folder) == [])
      sweeps += 1
    }
    print("toy strategy: \(kills) kills, \(sweeps) sweeps with the reference's decisions")
  }

  /// Reveals the recorded outcomes to the same tuner by the same rule.
  private func replay(_ folder: TemporaryFolder, lag: Int, expected: [String]) throws {
    let database = try ResultsDatabase(
      path: folder.file("runs/results.db").path, access: .read)
    let trials = try database.trials(of: "toy")
    var recordings: [Point: RecordedTraining] = [:]
    for record in trials {
      let epochs = try database.epochs(of: "toy", trial: record.trial.number)
      let end = record.state == .complete ? record.result.map(AttemptEnd.complete) : nil
      recordings[record.trial.point] = RecordedTraining(epochs: epochs, end: end)
    }
    let space = try SearchSpace.parse(Self.space, file: "hyper.test")
    let sweep = MemorySweep()
    // The work of an epoch comes from the decisions of the real sweep.
    let prices = try query(
      "SELECT number, workPerEpoch FROM trial ORDER BY number", in: folder
    ).compactMap { Int($0.split(separator: "|")[1]) }
    let priceOfPoint = Dictionary(
      trials.map { ($0.trial.point, prices[$0.trial.number]) }, uniquingKeysWith: { $1 })
    let seed = try #require(trials.first?.trial.seed)
    let loop = TuningLoop(
      tuner: Tuner(
        strategy: HalvingToy(space: space, seed: seed, trials: 9, epochs: 12),
        direction: .maximize, lag: lag, budget: Tuner.Budget(trials: 9), epochs: 12,
        workPerEpoch: { priceOfPoint[$0] ?? 1 }),
      store: MemoryStore(sweep),
      executor: ReplayExecutor(capacity: 4, direction: .maximize) { [recordings] in
        recordings[$0.point]
      })
    #expect(try loop.run() == .finished)
    let history = sweep.history
    let found = history.decisions.map { decision in
      let outcome = history.outcome(of: decision.number)
      return "\(decision.number)|\(decision.trial.number)|\(decision.from)|\(decision.seen)"
        + "|\(decision.charge)|\(outcome?.kind.rawValue ?? "")|\(outcome?.epochs ?? 0)"
        + "|\(outcome?.cost ?? 0)|\(outcome?.score ?? 0)"
    }
    let real = expected.map { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      return [0, 1, 4, 7, 8, 9, 10, 13].map { cells[$0] }.joined(separator: "|")
        + "|\(Double(cells[12]) ?? 0)"
    }
    #expect(found == real)
  }
}
