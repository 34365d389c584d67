import ArgumentParser
import Foundation
import Literals
import Recommender
import Storage
import Tuning

extension SweepCommand {
  /// Checks everything that can be wrong, then opens the database, then trains.
  func run(paramsFile: String) throws {
    let signals = SignalWatch()
    let plan = try SweepPlan(
      paramsFile: paramsFile, search: search, configuration: configurationOptions,
      jobs: options.jobs, threads: options.threadOption.threads)
    Console.report(options.notes + plan.notes)
    if options.dryRun {
      try showPlan(plan)
      return
    }
    let kernels = try KernelSet.selected()
    try options.checkOutputFile()
    try signals.fetch(plan.dataConfigurations())
    let datasets = DatasetShelf()
    let dataset = try datasets.load(
      plan.dataConfigurations(), for: plan.configuration)

    let database = try ResultsDatabase(path: options.db)
    let recorder = try database.openSweep(
      SweepDescription(plan, name: options.sweep, dataset: dataset), isFresh: options.fresh,
      retriesFailed: options.retryFailed)
    Console.progress(greeting(recorder, plan))
    let limits = try limits(plan, datasets)
    let best = try database.bestTrial(of: recorder.name).flatMap(SweepProgress.Best.init)
    let run = SweepRun(
      plan: plan, datasets: datasets, kernels: kernels, recorder: recorder, best: best,
      checkpoints: CheckpointFolder(
        database: options.db, sweep: recorder.name, kept: options.keepCheckpoints,
        interval: .seconds(options.checkpointInterval)),
      limits: limits)
    let end = try run.run(until: signals)
    try finish(
      end, hasTimedOut: run.control.hasTimedOut && signals.received == nil, plan: plan,
      sweep: recorder.name, database: database, signals: signals)
  }

  /// What bounds this run; says where memory lets fewer trials run at a time than were planned.
  private func limits(_ plan: SweepPlan, _ datasets: DatasetShelf) throws -> RunLimits {
    let memory = options.memoryLimit ?? MemoryLimit.available()
    let jobs = try memory.map { try plan.jobs(within: $0, datasets: datasets) } ?? plan.jobs
    if let memory, jobs < plan.jobs {
      let largest = try plan.largestWorkingSet(within: memory, datasets: datasets)
      Console.progress(
        "\(jobs) instead of \(plan.jobs) at a time: a trial takes up to \(Format.bytes(largest)) "
          + "of \(Format.bytes(memory.bytes))")
    }
    return RunLimits(
      jobs: jobs, memory: memory, timeout: options.timeout, trialTimeout: options.trialTimeout,
      maxFailures: options.maxFailures)
  }

  private func showPlan(_ plan: SweepPlan) throws {
    switch options.format {
    case .table: try Console.result(PlanReport(plan).lines)
    case .json: try Console.result(JSONReport.text(PlanReport(plan).json))
    }
  }

  private func greeting(_ recorder: SweepRecorder, _ plan: SweepPlan) -> String {
    if recorder.isNew {
      return "new sweep \(recorder.name) in \(options.db): \(plan.summary)"
    }
    let counts = recorder.counts
    // An earlier budget may have been larger.
    let total = max(plan.total, counts.done)
    var text = "resuming \(recorder.name): \(counts.done) of \(Format.count(total, "trial")) done"
    if counts.interrupted > 0 { text += ", \(counts.interrupted) interrupted" }
    if counts.running > 0 { text += ", \(counts.running) running elsewhere" }
    if recorder.outsideSpace > 0 {
      text += "; \(recorder.outsideSpace) of them lie outside the space and stay as they are"
    }
    return text
  }

  private func finish(
    _ end: SweepEnd, hasTimedOut: Bool, plan: SweepPlan, sweep: String,
    database: ResultsDatabase, signals: SignalWatch
  ) throws {
    let report = SweepReport(
      try database.sweep(named: sweep),
      trials: try database.trials(of: sweep, in: [.complete], limit: SweepReport.shown),
      database: options.db, dataPath: plan.unusualDataPath)
    if case .cancelled = end {
      try writeOutputFile(database, sweep)
      Console.progress(
        "\(sweep): \(report.progress); to resume, repeat the command:\n  "
          + ShellWord.line([report.program] + CommandLine.arguments.dropFirst()))
      guard hasTimedOut else { throw ExitCode(128 + (signals.received ?? SIGINT)) }
    }
    if case .stoppedEarly = end, let limit = plan.earlyStop {
      Console.progress(
        "stopped early: \(Format.count(limit, "trial")) in a row without a better score")
    }
    switch options.format {
    case .table: try Console.result(report.lines)
    case .json: try Console.result(JSONReport.text(report.json))
    }
    try writeOutputFile(database, sweep)
    if case .tooManyFailures = end, let limit = options.maxFailures {
      Console.progress(
        "error: ended after \(Format.count(limit, "failed trial")); the view 'failure' of "
          + "\(options.db) says why, and --retry_failed runs them once more")
      throw ExitCode.failure
    }
    if report.complete == 0, report.failed > 0 {
      Console.progress("error: every trial failed; the view 'failure' of \(options.db) says why")
      throw ExitCode.failure
    }
  }

  private func writeOutputFile(_ database: ResultsDatabase, _ sweep: String) throws {
    guard let outputFile = options.outputFile else { return }
    let trials = try database.trials(of: sweep, in: [.complete])
    try HyperResultFile.write(
      trials.compactMap(SweepReport.Ranked.init).sorted { $0.number < $1.number }, to: outputFile)
  }
}

extension SweepPlan {
  /// The folder of the data sets where it is not the default.
  fileprivate var unusualDataPath: String? {
    let path = configuration.data.dataPath
    return path == DataConfiguration().dataPath ? nil : path
  }
}

extension SweepOptions {
  /// RecBole's options that are accepted without effect.
  var notes: [Diagnostic] {
    let idle = [tool.map { _ in "--tool" }, displayFile.map { _ in "--display_file" }]
      .compactMap { $0 }
    guard !idle.isEmpty else { return [] }
    let names = idle.map { "'\($0)'" }.joined(separator: ", ")
    return [Diagnostic(.note, "accepted, but without effect here: \(names)")]
  }

  /// Finds out now whether the result can be written at the end of a long sweep.
  func checkOutputFile() throws(InvalidInput) {
    guard let outputFile else { return }
    let manager = FileManager.default
    let folder = URL(filePath: outputFile).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      manager.isWritableFile(atPath: folder)
    else {
      throw InvalidInput("'--output_file' needs a folder that can be written to, found '\(folder)'")
    }
    if manager.fileExists(atPath: outputFile, isDirectory: &isFolder), isFolder.boolValue {
      throw InvalidInput("'--output_file' names a file, found the folder '\(outputFile)'")
    }
  }
}
