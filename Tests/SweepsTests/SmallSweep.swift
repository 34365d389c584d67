import Foundation
import Literals
import Recommender
import Search
import Storage
import Synchronization
import TestSupport
import Trials
import Tuning

@testable import Sweeps

/// A sweep over synthetic data in a folder of its own, run in this process.
struct SmallSweep {
  let folder: TemporaryFolder
  let plan: SweepPlan
  let datasets = DatasetCache()

  init(
    _ space: String, in folder: TemporaryFolder? = nil, options: [String] = [],
    dataset: String = "synthetic", _ change: (inout SweepRequest) -> Void = { _ in }
  ) throws {
    self.folder = try folder ?? TemporaryFolder()
    let file = try self.folder.write(space, to: "hyper.test")
    var request = SweepRequest(paramsFile: file.path)
    request.jobs = 2
    request.threads = 1
    change(&request)
    let fixed = [
      "dataset=\(dataset)", "epochs=4", "embedding_size=8", "prototype_size=8", "interest_size=2",
      "train_batch_size=4096",
    ].filter { !space.contains($0.prefix { $0 != "=" } + " ") }
    plan = try SweepPlan(request) { parameters throws(InvalidInput) in
      try ConfigurationTemplate(
        arguments: fixed.map { "--" + $0 } + options, searched: parameters)
    }
  }

  var path: String { folder.file("results.db").path }

  func dataset() throws -> Dataset {
    try datasets.load(plan.dataConfigurations(), for: plan.configuration, progress: { _ in }).first
  }

  /// Runs the sweep. Returns how it ended and a line for each ended attempt: decision, trial and result.
  @discardableResult
  func run(
    strategy: (any Strategy)? = nil, memory: MemoryLimit? = nil, kept: KeptCheckpoints = .best
  ) throws -> (end: SweepEnd, events: [String]) {
    let database = try ResultsDatabase(path: path)
    defer { try? database.close() }
    let sweep = try database.openSweep(
      plan.description(name: nil, dataset: dataset(), datasets: datasets, toolVersion: "test"))
    let events = Mutex<[String]>([])
    let run = SweepRun(
      plan, sweep, tuner: plan.tuner(of: sweep, datasets: datasets, strategy: strategy),
      datasets: datasets, kernels: try KernelSet.selected(),
      checkpoints: CheckpointFolder(
        database: path, sweep: sweep.name, kept: kept, interval: .seconds(5)),
      limits: RunLimits(jobs: plan.jobs, memory: memory),
      observe: { event in
        guard case .ended(let decision, let end) = event else { return }
        let word =
          switch end {
          case .complete: "complete"
          case .paused: "paused"
          case .failed(let reason, _): reason.rawValue
          case .declined: "declined"
          case .interrupted: "interrupted"
          }
        events.withLock { $0.append("\(decision.number) \(decision.trial.number) \(word)") }
      }, note: { _ in })
    let end = try run.run()
    return (end, events.withLock { $0.sorted() })
  }
}
