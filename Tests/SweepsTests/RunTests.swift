import Foundation
import Literals
import Recommender
import Search
import Storage
import TestSupport
import Testing
import ToySearch
import Trials
import Tuning

@testable import Sweeps

/// Whole sweeps over synthetic data, without the command.
@Suite struct RunTests {
  private static let space = "learning_rate choice [0.01,0.005,0.001]\ninterest_size choice [2,3]"

  private func toy(_ sweep: SmallSweep, trials: Int) -> HalvingToy {
    HalvingToy(
      space: sweep.plan.space, seed: sweep.plan.configuration.training.seed, trials: trials,
      epochs: sweep.plan.configuration.training.epochs)
  }

  private func checkpoints(_ sweep: SmallSweep) -> [String] {
    sweep.folder.contents.filter { $0.hasSuffix(".checkpoint") }
  }

  @Test("A grid is trained to its end, and its best checkpoint is kept")
  func grid() throws {
    let sweep = try SmallSweep(Self.space)
    let (end, events) = try sweep.run()
    #expect(end == .finished && events == (0..<6).map { "\($0) \($0) complete" })
    #expect(checkpoints(sweep).count == 1)
    let results = try ResultsDatabase(path: sweep.path, access: .read)
    let best = try #require(try results.bestTrial(of: "synthetic-1"))
    #expect(checkpoints(sweep) == ["synthetic-1/trial-000\(best.trial.number).checkpoint"])
    #expect(try results.sweep().counts.complete == 6)
    #expect(try sweep.run().events.isEmpty)
  }

  @Test("A paused trial goes on with the same bits as if it had not been paused")
  func pausing() throws {
    let whole = try SmallSweep(Self.space)
    try whole.run()
    let paused = try SmallSweep(Self.space)
    let (end, events) = try paused.run(strategy: toy(paused, trials: 6))
    #expect(end == .finished)
    #expect(events.contains { $0.hasSuffix("paused") })
    func trials(_ sweep: SmallSweep) throws -> [Point: TrialRecord] {
      let results = try ResultsDatabase(path: sweep.path, access: .read)
      return Dictionary(
        try results.trials(of: "synthetic-1", in: [.complete]).map { ($0.trial.point, $0) },
        uniquingKeysWith: { $1 })
    }
    let (first, second) = try (trials(whole), trials(paused))
    #expect(second.count >= 3)
    for (point, record) in second { #expect(first[point]?.result == record.result) }
    // Paused trials keep their checkpoints, because a larger budget may continue them.
    let results = try ResultsDatabase(path: paused.path, access: .read)
    let left = try results.trials(of: "synthetic-1", in: [.paused])
    #expect(checkpoints(paused).count == left.count + 1)
    #expect(try results.sweep().counts.pruned == left.count)
    #expect(left.allSatisfy { $0.result?.epochs == 3 && $0.result?.testMetrics.isEmpty == true })
  }

  @Test("A trial that does not fit the memory waits, and is named at the end")
  func memory() throws {
    let sweep = try SmallSweep("prototype_size choice [8,100000]")
    let (end, events) = try sweep.run(memory: MemoryLimit("40M"))
    #expect(events.contains { $0.hasSuffix("declined") })
    guard case .unfinished(let decisions) = end else {
      Issue.record("the run ended as \(end)")
      return
    }
    guard case .declined(let reason) = decisions.first?.cause else {
      Issue.record("the run left \(decisions)")
      return
    }
    #expect(decisions.count == 1 && reason.hasPrefix("it takes "))
    let results = try ResultsDatabase(path: sweep.path, access: .read)
    #expect(try results.sweep().counts.interrupted == 1)
  }

  @Test("The configuration of a trial comes back from its row, and its training to the bit")
  func verification() throws {
    let sweep = try SmallSweep("seed choice [1,2]\nlearning_rate choice [0.01,0.001]")
    try sweep.run()
    let results = try ResultsDatabase(path: sweep.path, access: .read)
    let record = try results.sweep()
    #expect(record.searchesSeed)
    for trial in try results.trials(of: record.name) {
      let configuration = try record.configuration(of: trial.trial)
      var expected = try sweep.plan.template.configuration(
        with: trial.trial.point, seed: trial.trial.seed)
      // The row names the data so that they are found from any folder.
      expected.data.dataPath = URL(filePath: expected.data.dataPath).path
      #expect(configuration == expected)
      let result = try Verification(
        record, trial, epochs: results.epochs(of: record.name, trial: trial.trial.number),
        configuration: configuration, dataset: sweep.dataset()
      ).run(threads: 2)
      #expect(result.isPassed && result.comparison.isExact && result.comparison.epochs == 4)
    }
  }

  @Test(
    "Other checkpoints are kept only if the user asks for it", arguments: KeptCheckpoints.allCases)
  func kept(checkpoints kept: KeptCheckpoints) throws {
    let sweep = try SmallSweep(Self.space) { $0.trials = 3 }
    try sweep.run(kept: kept)
    #expect(checkpoints(sweep).count == [.best: 1, .all: 3, .none: 0][kept])
  }
}
