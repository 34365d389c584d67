import Literals
import Recommender
import Search
import Storage
import TestSupport
import Testing
import Trials
import Tuning

@testable import Sweeps

@Suite struct OutlookTests {
  private func outlook(
    _ sweep: SmallSweep, limit: Int = 100, retriesFailed: Bool = false
  ) throws -> SweepOutlook {
    let database = try ResultsDatabase(path: sweep.path, access: .read)
    defer { try? database.close() }
    let stored = try database.preview(
      sweep.plan.description(
        name: nil, dataset: sweep.dataset(), datasets: sweep.datasets, toolVersion: "test"))
    return try sweep.plan.outlook(
      of: stored, datasets: sweep.datasets, retriesFailed: retriesFailed, limit: limit)
  }

  @Test("The trials that are foretold are those that the run makes, with their numbers")
  func numbers() throws {
    let space = "learning_rate choice [0.01,0.001,0.1]\ninterest_size choice [2,3]"
    let first = try SmallSweep(space) { $0.trials = 2 }
    try first.run()
    let larger = try SmallSweep(space + "\nseed choice [1,2]", in: first.folder)
    #expect(try outlook(larger).sweep == nil)
    let rest = try SmallSweep(space, in: first.folder)
    let foretold = try outlook(rest)
    #expect(foretold.sweep == "synthetic-1" && foretold.done == 2 && foretold.left == 4)
    #expect(foretold.next.map(\.trial.number) == [2, 3, 4, 5])
    try rest.run()
    let database = try ResultsDatabase(path: first.path, access: .read)
    defer { try? database.close() }
    for upcoming in foretold.next {
      let record = try #require(
        try database.trial(upcoming.trial.number, of: "synthetic-1"))
      #expect(record.trial == upcoming.trial)
    }
    let after = try outlook(rest)
    #expect(after.done == 6 && after.left == 0 && after.next.isEmpty)
    let smaller = try SmallSweep(
      "learning_rate choice [0.01]\ninterest_size choice [2,3,4]", in: first.folder)
    let left = try outlook(smaller)
    #expect(left.done == 2 && left.outside == 4 && left.left == 1)
    #expect(left.next.map(\.trial.number) == [6])
    #expect(
      left.spaceChanges == ["learning_rate without 0.001 0.1", "interest_size with 4"])
  }

  @Test("Absurd budgets and spaces are listed as far as asked, in no time")
  func limits() throws {
    let continuous = try SmallSweep("tau_ratio uniform 0.1,1") { $0.trials = .max }.plan
    let foretold = try continuous.outlook(of: nil, datasets: DatasetCache(), limit: 50)
    #expect(foretold.next.count == 50 && foretold.left == .max)
    let values = Literal.list((1...10_000).map(Literal.integer))
    let names = ["learning_rate", "tau_ratio", "weight_decay", "reg_loss_ratio", "layer_norm_eps"]
    let grid = try SmallSweep(
      names.prefix(3).map { "\($0) choice \(values)" }.joined(separator: "\n"))
    #expect(grid.plan.total == 1_000_000_000_000)
    #expect(try grid.plan.outlook(of: nil, datasets: DatasetCache(), limit: 50).next.count == 50)
    let text = names.map { "\($0) choice \(values)" }.joined(separator: "\n")
    let huge = try SmallSweep(text) { $0.wishes.algorithm = .random }.plan
    #expect(huge.cellCount == nil && huge.isDiscrete && huge.total == SweepPlan.continuousTrials)
    #expect(throws: InvalidInput.self) { try SmallSweep(text) }
  }

  @Test("The time is told by finished trials, or else by steps that are timed now")
  func time() throws {
    let sweep = try SmallSweep("learning_rate choice [0.01,0.001]")
    let fresh = try sweep.plan.outlook(of: nil, datasets: DatasetCache(), limit: 10)
    let timed = try #require(
      try sweep.plan.estimateByTiming(
        fresh, memory: nil, kernels: KernelSet.selected(), datasets: sweep.datasets, jobs: 1))
    #expect(timed.seconds > 0)
    #expect(
      try sweep.plan.estimateByTiming(
        fresh, memory: MemoryLimit(bytes: 1_000), kernels: KernelSet.selected(),
        datasets: sweep.datasets, jobs: 1) == nil)

    func record(_ seconds: Double, epochs: Int) -> TrialRecord {
      TrialRecord(
        trial: Trial(number: 0, point: Point([]), seed: 1), state: .complete, seconds: seconds,
        result: TrialResult(
          bestEpoch: 0, epochs: epochs, validScore: 0.5, unroundedScore: 0.5, validMetrics: [],
          testMetrics: [], kernels: "generic"))
    }
    let configuration = sweep.plan.configuration
    // Two epochs took 10 s each: two trials of two epochs take 40 s, two at a time 20 s.
    let told = try sweep.plan.estimate(
      fresh, after: [(record(20, epochs: 2), configuration)], datasets: sweep.datasets, jobs: 2)
    #expect(told?.basis == .trials(count: 1, epochs: 2))
    #expect(abs((told?.seconds ?? 0) - 20) < 1e-6)
    #expect(try sweep.plan.estimate(fresh, after: [], datasets: sweep.datasets, jobs: 2) == nil)
  }

  @Test("A search without examples for validation is refused, with all other errors of the data")
  func noValidation() throws {
    let folder = try TemporaryFolder()
    let rows = (1...20).map { "u\($0)\ti1\t1\nu\($0)\ti2\t2\nu\($0)\ti3\t3\n" }.joined()
    try folder.write(
      "user_id:token\titem_id:token\ttimestamp:float\n" + rows, to: "data/short/short.inter")
    let sweep = try SmallSweep(
      "learning_rate choice [0.01]", in: folder,
      options: ["--data_path=\(folder.file("data").path)", "--topk=[1]", "--valid_metric=MRR@1"],
      dataset: "short")
    let error = #expect(throws: InvalidInput.self) { try sweep.dataset() }
    #expect(error?.description.contains("no example is left for validation") == true)
    #expect(
      try DatasetCache().load(
        sweep.plan.dataConfigurations(), for: sweep.plan.configuration, isSearch: false,
        progress: { _ in }
      ).first.valid.isEmpty)
  }
}
