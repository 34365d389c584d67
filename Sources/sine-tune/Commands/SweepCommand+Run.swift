import ArgumentParser
import Foundation
import Literals
import Recommender
import Reports
import Storage
import Sweeps
import Tuning

extension SweepCommand {
  /// Checks all input, then opens the database, and then trains.
  func run(paramsFile: String) throws {
    let signals = SignalWatch()
    let plan = try plan(paramsFile)
    Console.report(options.notes + plan.notes)
    let datasets = DatasetCache()
    if options.dryRun {
      let report = try DryRun(plan: plan, options: options).report(in: datasets) {
        configurations throws(InvalidInput) in
        try signals.load(configurations, for: plan.configuration, in: datasets)
      }
      return try show(report)
    }
    let kernels = try KernelSet.selected()
    try options.checkOutputFile()
    let dataset = try signals.load(
      plan.dataConfigurations(), for: plan.configuration, in: datasets)

    let database = try ResultsDatabase(path: options.db, takesOver: options.takeOver)
    // Other objects may still hold the database when the command ends.
    defer { try? database.close() }
    let sweep = try database.openSweep(
      plan.description(name: options.sweep, dataset: dataset, toolVersion: SineTune.version),
      options: OpeningOptions(
        isFresh: options.fresh, retriesFailed: options.retryFailed, takesOver: options.takeOver))
    let counts = try sweep.counts()
    Console.progress(greeting(sweep, counts, plan))
    let limits = try limits(plan, datasets)
    let display = SweepDisplay(
      SweepProgress(
        plan, counts, best: try database.bestTrial(of: sweep.name).flatMap(SweepProgress.Best.init)
      ),
      redraws: Terminal.canRedraw(), colours: Terminal.wantsColour())
    let run = SweepRun(
      plan, sweep, tuner: plan.tuner(of: sweep, datasets: datasets), datasets: datasets,
      kernels: kernels,
      checkpoints: CheckpointFolder(
        database: options.db, sweep: sweep.name, kept: options.keepCheckpoints,
        interval: .seconds(options.checkpointInterval)),
      limits: limits, observe: { display.show($0) }, note: { display.note($0) })
    signals.onFirst { number in
      display.note(
        "\(number == SIGINT ? "interrupted" : "terminated"): ending the running trials; "
          + "a second signal ends at once")
      run.cancel()
    }
    let end = try display.closing { try run.run() }
    try finish(
      end, hasTimedOut: run.hasTimedOut && signals.received == nil, plan: plan,
      sweep: sweep.name, database: database, signals: signals)
  }

  private func plan(_ paramsFile: String) throws(InvalidInput) -> SweepPlan {
    var request = SweepRequest(paramsFile: paramsFile)
    request.trials = search.maxEvals
    request.earlyStop = search.earlyStop
    request.algorithm = search.algo
    request.samplerSeed = search.samplerSeed
    request.lag = search.lag
    request.jobs = options.jobs
    request.threads = options.threadOption.threads
    return try SweepPlan(request) { parameters throws(InvalidInput) in
      try configurationOptions.template(searching: parameters)
    }
  }

  /// Returns the limits of this run. Tells the user if the memory allows fewer trials at a time than were
  /// planned.
  private func limits(_ plan: SweepPlan, _ datasets: DatasetCache) throws -> RunLimits {
    let memory = options.memoryLimit ?? MemoryLimit.available()
    let jobs = try memory.map { try plan.jobs(within: $0, datasets: datasets) } ?? plan.jobs
    if let memory, jobs < plan.jobs {
      let largest = try plan.largestWorkingSet(within: memory, datasets: datasets)
      Console.progress(
        "\(jobs) instead of \(plan.jobs) at a time: a trial takes up to "
          + "\(MemoryLimit(bytes: largest)) of \(memory)")
    }
    return RunLimits(
      jobs: jobs, memory: memory, timeout: options.timeout, trialTimeout: options.trialTimeout,
      maxFailures: options.maxFailures)
  }

  private func show(_ report: PlanReport) throws {
    switch options.format {
    case .table: try Console.result(report.lines)
    case .json: try Console.result(JSONReport.text(report.json))
    }
  }

  private func greeting(_ sweep: StoredSweep, _ counts: TrialCounts, _ plan: SweepPlan) -> String {
    if sweep.isNew {
      return "new sweep \(sweep.name) in \(options.db): \(plan.summary)"
    }
    // A larger budget of an earlier run may have done more trials than the plan has.
    let total = max(plan.total, counts.done)
    let changes = sweep.spaceChanges
    if !changes.isEmpty {
      Console.progress("the space has changed: " + changes.joined(separator: "; "))
    }
    var text = "resuming \(sweep.name): \(counts.done) of \(Format.count(total, "trial")) done"
    if counts.interrupted > 0 { text += ", \(counts.interrupted) interrupted" }
    if counts.running > 0 { text += ", \(counts.running) running elsewhere" }
    if counts.done >= plan.total { text += ", nothing is left to train" }
    if counts.outside > 0 {
      text +=
        "; \(Format.count(counts.outside, "finished trial")) outside the space "
        + "\(counts.outside == 1 ? "stays as it is and does" : "stay as they are and do") not count"
    }
    return text
  }

  private func finish(
    _ end: SweepEnd, hasTimedOut: Bool, plan: SweepPlan, sweep: String,
    database: ResultsDatabase, signals: SignalWatch
  ) throws {
    let report = SweepReport(
      try database.sweep(named: sweep),
      best: try database.trials(of: sweep, in: [.complete], limit: SweepReport.mostRows),
      database: options.db)
    if case .cancelled = end {
      try writeOutputFile(database, sweep)
      Console.progress("\(sweep): \(report.progress); to resume, repeat the command:")
      Console.progress(
        "  " + ShellWord.line([SineTune.program] + CommandLine.arguments.dropFirst()))
      guard hasTimedOut else { throw ExitCode(128 + (signals.received ?? SIGINT)) }
    }
    if case .stoppedEarly = end, let limit = plan.budget.earlyStop {
      Console.progress(
        "stopped early: \(Format.count(limit, "trial")) in a row without a better score")
    }
    if case .superseded = end {
      Console.progress(
        "another process has begun to search '\(sweep)' with another space or other budgets, "
          + "and goes on with it")
    }
    switch options.format {
    case .table:
      let next = NextCommands(
        report: report, program: SineTune.program, dataPath: plan.configuration.data.dataPath)
      try Console.result(report.lines + next.lines)
    case .json: try Console.result(JSONReport.text(report.json))
    }
    try writeOutputFile(database, sweep)
    try failIfIncomplete(end, report)
  }

  private func failIfIncomplete(_ end: SweepEnd, _ report: SweepReport) throws {
    if case .tooManyFailures = end, let limit = options.maxFailures {
      Console.progress(
        "error: ended after \(Format.count(limit, "failed trial")); the view 'failure' of "
          + "\(options.db) says why, and --retry_failed runs them once more")
      throw ExitCode.failure
    }
    if case .unfinished(let decisions) = end, let first = decisions.first {
      let numbers = decisions.map { "\($0.trial)" }.joined(separator: ", ")
      Console.progress(
        "error: \(Format.count(decisions.count, "trial")) not started (\(numbers)): "
          + "\(first.reason); with more memory, or a larger --memory_limit, the same command goes on"
      )
      throw ExitCode.failure
    }
    if report.sweep.counts.complete == 0, report.sweep.counts.failed > 0 {
      Console.progress("error: every trial failed; the view 'failure' of \(options.db) says why")
      throw ExitCode.failure
    }
  }

  private func writeOutputFile(_ database: ResultsDatabase, _ sweep: String) throws {
    guard let outputFile = options.outputFile else { return }
    let text = HyperResultFile.text(
      try database.trials(of: sweep, in: [.complete]),
      searchesSeed: try database.sweep(named: sweep).searchesSeed)
    do {
      // The file is written aside and renamed, so a reader sees the old or the new one.
      try Data(text.utf8).write(to: URL(filePath: outputFile), options: .atomic)
    } catch {
      throw InvalidInput("cannot write '\(outputFile)': \(systemReason(error))")
    }
  }
}
