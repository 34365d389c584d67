import Foundation
import Literals
import Recommender
import Storage
import Sweeps
import ToySearch

/// Runs the toy strategy with the real store and the real trainer, in a process that tests may kill:
///
///     toy-sweep JOBS LAG DELAY [--key=value …]
///
/// The current folder needs a `hyper.test`. A random delay of at most DELAY milliseconds follows every
/// event.
private func run(_ arguments: [String]) throws {
  guard arguments.count >= 3, let jobs = Int(arguments[0]), let lag = Int(arguments[1]),
    let delay = Double(arguments[2])
  else { throw InvalidInput("usage: toy-sweep JOBS LAG DELAY [--key=value …]") }
  var request = SweepRequest(paramsFile: "hyper.test")
  request.jobs = jobs
  request.threads = 1
  request.lag = lag
  request.wishes.algorithm = .random
  request.trials = 9
  let plan = try SweepPlan(request) { parameters throws(InvalidInput) in
    try ConfigurationTemplate(arguments: Array(arguments.dropFirst(3)), searched: parameters)
  }
  let datasets = DatasetCache()
  let data = try datasets.load(
    plan.dataConfigurations(), for: plan.configuration, progress: { _ in })
  let database = try ResultsDatabase(path: "runs/results.db")
  let sweep = try database.openSweep(
    plan.description(
      name: "toy", dataset: data.first, datasets: datasets, toolVersion: "toy"))
  let toy = HalvingToy(
    space: plan.space, seed: plan.configuration.training.seed, trials: 9,
    epochs: plan.configuration.training.epochs)
  let run = SweepRun(
    plan, sweep, tuner: plan.tuner(of: sweep, datasets: datasets, strategy: toy),
    datasets: datasets, kernels: try KernelSet.selected(),
    checkpoints: CheckpointFolder(
      database: "runs/results.db", sweep: "toy", kept: .best, interval: .zero),
    limits: RunLimits(jobs: jobs),
    observe: { _ in Thread.sleep(forTimeInterval: Double.random(in: 0...delay) / 1_000) },
    note: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
  print(try run.run())
  try database.close()
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("error: \(error)\n".utf8))
  exit(1)
}
