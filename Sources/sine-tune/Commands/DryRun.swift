import Foundation
import Literals
import Recommender
import Reports
import Storage
import Sweeps
import Trials

/// Shows what a command line would do: it checks the data, the memory and the results that are there, and
/// writes and fetches nothing.
struct DryRun {
  let plan: SweepPlan
  let options: SweepOptions

  /// The most trials that are listed, and the most that an estimate looks at.
  private static let mostRows = 1_000
  /// The most finished trials that an estimate looks at.
  private static let mostFinished = 200

  /// Loads the data as a run would. The result is nil if they would have to be fetched first.
  ///
  /// - Parameter load: Loads the data of these configurations.
  func report(
    in datasets: DatasetCache,
    load: ([DataConfiguration]) throws(InvalidInput) -> Dataset
  ) throws -> PlanReport {
    let kernels = try KernelSet.selected()
    let configurations = try plan.dataConfigurations()
    guard !configurations.contains(where: Dataset.isFetchedFirst) else {
      return try report(
        plan.outlook(of: nil, datasets: datasets, limit: Self.mostRows), looksAtDatabase: false,
        costs: [
          "not checked: the data, which a run would fetch first, and so the sweep, memory and time"
        ])
    }
    let dataset = try load(configurations)
    let database = try openDatabase()
    defer { try? database?.close() }
    let sweep = try database?.preview(
      plan.description(
        name: options.sweep, dataset: dataset, datasets: datasets, toolVersion: SineTune.version),
      options: OpeningOptions(isFresh: options.fresh))
    let outlook = try plan.outlook(
      of: sweep, datasets: datasets, retriesFailed: options.retryFailed, limit: Self.mostRows)
    let memory = options.memoryLimit ?? MemoryLimit.available()
    let jobs = try memory.map { try plan.jobs(within: $0, datasets: datasets) } ?? plan.jobs
    let finished = try finishedTrials(database, like: sweep?.name, dataset: dataset)
    let estimate =
      try plan.estimate(outlook, after: finished, datasets: datasets, jobs: jobs)
      ?? plan.estimateByTiming(
        outlook, memory: memory, kernels: kernels, datasets: datasets, jobs: jobs)
    let costs = try [memoryLine(memory, jobs: jobs, datasets)] + [estimate.map(timeLine)]
    return report(outlook, costs: costs.compactMap { $0 }, seconds: estimate?.seconds)
  }

  private func report(
    _ outlook: SweepOutlook, looksAtDatabase: Bool = true, costs: [String], seconds: Double? = nil
  ) -> PlanReport {
    PlanReport(
      dataset: plan.configuration.data.dataset, database: looksAtDatabase ? options.db : nil,
      cells: plan.cellCount,
      isDiscrete: plan.isDiscrete, jobs: plan.jobs, epochs: plan.configuration.training.epochs,
      summary: plan.summary, parameterNames: plan.searchedNames, total: plan.total,
      sweep: outlook.sweep.map {
        PlanReport.Existing(
          name: $0, done: outlook.done, failed: outlook.failed, running: outlook.running,
          outside: outlook.outside, spaceChanges: outlook.spaceChanges)
      },
      left: outlook.left,
      rows: outlook.next.map {
        PlanReport.Row(
          number: $0.trial.number,
          values: $0.trial.searchedValues(includingSeed: plan.seedDomain != nil),
          isKnown: $0.isKnown)
      }, costs: costs, seconds: seconds)
  }

  /// Opens the file with the results; nil if there is none yet.
  private func openDatabase() throws -> ResultsDatabase? {
    do {
      return try ResultsDatabase(path: options.db, access: .read)
    } catch StorageError.missing {
      return nil
    }
  }

  private func memoryLine(
    _ memory: MemoryLimit?, jobs: Int, _ datasets: DatasetCache
  ) throws -> String? {
    guard let memory else { return nil }
    let largest = try plan.largestWorkingSet(within: memory, datasets: datasets)
    guard largest > 0 else {
      return "memory: no trial fits into \(memory); none would be started"
    }
    return "memory: up to \(MemoryLimit(bytes: largest)) a trial, \(jobs) at a time, of \(memory)"
  }

  private func timeLine(_ estimate: TimeEstimate) -> String {
    let time = Format.roughly(seconds: estimate.seconds)
    switch estimate.basis {
    case .trials(let count, let epochs):
      let mean = Format.fixed(epochs, decimals: epochs < 10 ? 1 : 0)
      return
        "time: about \(time), by \(Format.count(count, "finished trial")) of \(mean) epochs on "
        + "average; it may be half or twice as much"
    case .steps(let count):
      return
        "time: up to \(time), by \(Format.count(count, "training step")) timed now, without the "
        + "evaluations; trials that stop early take less, other work on this machine makes it more"
    }
  }

  /// Returns complete trials with their configurations: those of the sweep, or else those of the latest
  /// sweep of the same data.
  private func finishedTrials(
    _ database: ResultsDatabase?, like name: String?, dataset: Dataset
  ) throws -> [(record: TrialRecord, configuration: Configuration)] {
    guard let database else { return [] }
    let sweeps = try database.sweeps().reversed().filter {
      $0.dataDigest == "\(dataset.digest)" && $0.counts.complete > 0
    }
    guard let sweep = sweeps.first(where: { $0.name == name }) ?? sweeps.first else { return [] }
    return try database.trials(of: sweep.name, in: [.complete], limit: Self.mostFinished)
      .compactMap { record in
        let configuration = try? sweep.configuration(
          of: record.trial, dataPath: plan.configuration.data.dataPath)
        return configuration.map { (record, $0) }
      }
  }
}
