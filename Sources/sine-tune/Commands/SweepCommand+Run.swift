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
    options.progress.apply()
    let signals = SignalWatch()
    let plan = try plan(paramsFile)
    try plan.demandFit()
    Console.report(options.notes + plan.notes)
    let output = outputFile(plan)
    try output?.check()
    let datasets = DatasetCache()
    if options.dryRun {
      let report = try DryRun(plan: plan, options: options).report(in: datasets) {
        configurations throws(InvalidInput) in
        try signals.load(configurations, for: plan.configuration, in: datasets)
      }
      return try show(report)
    }
    let kernels = try KernelSet.selected()
    let dataset = try signals.load(
      plan.dataConfigurations(), for: plan.configuration, in: datasets)

    let lockNotice = LockNotice()
    let database = try ResultsDatabase(path: options.db, takesOver: options.takeOver) {
      lockNotice.show($0)
    }
    // Other objects may still hold the database when the command ends.
    defer { try? database.close() }
    let sweep = try database.openSweep(
      plan.description(
        name: options.sweep, dataset: dataset, datasets: datasets, toolVersion: SineTune.version),
      options: OpeningOptions(
        isFresh: options.fresh, retriesFailed: options.retryFailed, takesOver: options.takeOver))
    let record = try database.sweep(named: sweep.name)
    Console.progress(greeting(sweep, record, plan))
    if sweep.columnsLeftOut > 0 { Console.progress(columnsLeftOut(sweep)) }
    UnfinishedTrials(unseen: try sweep.elsewhere()).lines.forEach(Console.progress)
    let limits = try limits(plan, datasets)
    let tuner = plan.tuner(of: sweep, datasets: datasets)
    if let note = lagNote(tuner, sweep, jobs: limits.jobs) { Console.progress(note) }
    let running = RunningProgress()
    let display = SweepDisplay(
      SweepProgress(
        plan, record, best: try database.bestTrial(of: sweep.name).flatMap(SweepProgress.Best.init)
      ),
      running: running, style: DisplayStyle(isVerbose: options.verbose))
    lockNotice.write { display.note($0) }
    let run = SweepRun(
      plan, sweep, tuner: tuner, datasets: datasets,
      kernels: kernels,
      checkpoints: CheckpointFolder(
        database: options.db, sweep: sweep.name, kept: options.keepCheckpoints,
        interval: .seconds(options.checkpointInterval)),
      limits: limits, progress: running,
      observe: { event in
        var seconds: Double?
        if case .ended(let decision, _) = event {
          seconds = try? sweep.seconds(ofTrial: decision.trial.number)
        }
        display.show(event, seconds: seconds)
      }, note: { display.note($0) })
    signals.onFirst { number in
      display.note(
        "\(SignalWatch.word(for: number)): ending the running trials; "
          + "a second signal ends at once")
      run.cancel()
    }
    let end = try display.closing {
      do {
        return try run.run()
      } catch StorageError.locked(let path) where run.hasTimedOut || signals.received != nil {
        display.note("'\(path)' is still locked: what was not stored is trained again")
        return SweepEnd.cancelled
      }
    }
    try database.demandWhole()
    try finish(
      end, hasTimedOut: run.hasTimedOut && signals.received == nil, plan: plan,
      sweep: sweep.name, gridEpochs: try plan.gridEpochs(of: sweep, datasets: datasets),
      database: database, signals: signals, output: output)
  }

  /// Returns a note on jobs that never train a trial of their own; nil if there are none.
  private func lagNote(_ tuner: Tuner, _ sweep: StoredSweep, jobs: Int) -> String? {
    guard tuner.dependsOnOutcomes, jobs > sweep.lag else { return nil }
    return "note: with '--lag \(sweep.lag)' at most \(Format.count(sweep.lag, "trial")) "
      + "\(sweep.lag == 1 ? "runs" : "run") at a time, not \(jobs); idle cores join the running trials"
  }

  private func outputFile(_ plan: SweepPlan) -> OutputFile? {
    options.outputFile.map { path in
      OutputFile(
        path: path,
        kept: OutputFile.keptFiles(
          database: options.db, paramsFile: plan.request.paramsFile,
          configFiles: configurationOptions.configPaths, data: plan.configuration.data))
    }
  }

  private func plan(_ paramsFile: String) throws(InvalidInput) -> SweepPlan {
    var request = SweepRequest(paramsFile: paramsFile == "-" ? "/dev/stdin" : paramsFile)
    request.trials = search.maxEvals
    request.earlyStop = search.earlyStop
    request.wishes = search.wishes
    request.pointsFile = search.points
    request.epochs = search.epochs
    request.samplerSeed = search.samplerSeed
    request.lag = search.lag
    request.jobs = options.jobs
    request.threads = options.threadOption.threads
    return try SweepPlan(request) { parameters throws(InvalidInput) in
      try configurationOptions.template(for: Self.self, searching: parameters)
    }
  }

  /// Returns the limits of this run. Tells the user if the memory allows fewer trials at a time than were
  /// planned.
  private func limits(_ plan: SweepPlan, _ datasets: DatasetCache) throws -> RunLimits {
    var memory = options.memoryLimit ?? MemoryLimit.available()
    if let most = MemoryLimit.addressable(), let wanted = options.memoryLimit,
      most.bytes < wanted.bytes
    {
      Console.error(
        "warning: the limits of this process ('ulimit -v', 'ulimit -d') leave \(most) of the "
          + "\(wanted) of --memory_limit")
      memory = most
    }
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

  private func greeting(_ sweep: StoredSweep, _ record: SweepRecord, _ plan: SweepPlan) -> String {
    let counts = record.counts
    if sweep.isNew {
      return "new sweep \(sweep.name) in \(options.db): \(plan.summary)"
        + (sweep.nearest.map { "; " + difference(from: $0) } ?? "")
    }
    // A larger budget of an earlier run may have done more trials than the plan has.
    let total = max(plan.total ?? 0, counts.done)
    let changes = sweep.spaceChanges
    if !changes.isEmpty {
      Console.progress("the space has changed: " + changes.joined(separator: "; "))
    }
    if !sweep.methodChanges.isEmpty {
      Console.progress(
        "the search has changed, from the next decision on: "
          + sweep.methodChanges.joined(separator: "; "))
    }
    var text =
      "resuming \(sweep.name): " + (record.budget.map { "\(BudgetReport($0).spent), " } ?? "")
      + (plan.total == nil
        ? "\(Format.count(counts.done, "trial")) done"
        : "\(counts.done) of \(Format.count(total, "trial")) done")
    if counts.interrupted > 0 { text += ", \(counts.interrupted) interrupted" }
    if counts.running > 0 { text += ", \(counts.running) running elsewhere" }
    if counts.outOfMemory > 0, !options.retryFailed {
      text += ", \(counts.outOfMemory) failed for lack of memory: --retry_failed tries them again"
    }
    let isDone = record.budget?.isSpent ?? false || plan.total.map { counts.done >= $0 } ?? false
    if isDone, counts.confirmed >= sweep.method.confirmations {
      text += ", nothing is left to train"
    }
    if counts.outside > 0 {
      text +=
        "; \(Format.count(counts.outside, "finished trial")) outside the space "
        + "\(counts.outside == 1 ? "stays as it is and does" : "stay as they are and do") not count"
    }
    return text
  }

  /// `differs from synthetic-1: epochs 2 → 3`
  private func difference(from nearest: NearestSweep) -> String {
    guard !nearest.differences.isEmpty else {
      return "--sweep \(ShellWord.quoted(nearest.name)) would go on with '\(nearest.name)', "
        + "whose settings are the same"
    }
    let most = 5
    let more = nearest.differences.count - most
    return "differs from \(nearest.name): "
      + nearest.differences.prefix(most).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "")
  }

  private func columnsLeftOut(_ sweep: StoredSweep) -> String {
    "note: the views 'results' and 'curve' have no room for "
      + "\(Format.count(sweep.columnsLeftOut, "column")) of this sweep; the table 'metric' has all "
      + "values: SELECT trial.number, split, name, value FROM metric JOIN trial ON trial.id = "
      + "metric.trial AND epoch = bestEpoch"
  }

  private func finish(
    _ end: SweepEnd, hasTimedOut: Bool, plan: SweepPlan, sweep: String, gridEpochs: Double?,
    database: ResultsDatabase, signals: SignalWatch, output: OutputFile?
  ) throws {
    let record = try database.sweep(named: sweep)
    let best = try database.trials(of: sweep, in: [.complete], limit: SweepReport.mostRows)
    let report = SweepReport(
      record, best: best,
      findings: end == .cancelled && !hasTimedOut
        ? nil : try SweepFindings(of: record, in: database),
      checkpoint: best.first.flatMap {
        CheckpointFolder(database: options.db, sweep: sweep).path(ofTrial: $0.trial.number)
      }, gridEpochs: gridEpochs, database: options.db)
    if case .cancelled = end {
      try write(output, database, sweep)
      let resume = ResumeCommand(
        program: SineTune.program, arguments: Array(CommandLine.arguments.dropFirst()),
        sweep: sweep)
      Console.progress("\(sweep): \(report.progress); \(resume.hint[0])")
      Console.progress(resume.hint[1])
      guard hasTimedOut else { throw ExitCode(128 + (signals.received ?? SIGINT)) }
    }
    if case .stoppedEarly = end, let limit = plan.request.earlyStop {
      Console.progress(
        "stopped early: \(Format.count(limit, "trial")) in a row without a better score")
    }
    if case .superseded = end {
      Console.progress(
        "another process has begun to search '\(sweep)' with another space or other budgets, "
          + "and goes on with it")
    }
    do {
      switch options.format {
      case .table:
        let next = NextCommands(report: report, program: SineTune.program)
        try Console.result(report.lines + next.lines)
      case .json: try Console.result(JSONReport.text(report.json))
      }
    } catch is Console.NobodyReads {
      // The results are in the database, so the run has done what it was for.
    }
    try write(output, database, sweep)
    try failIfIncomplete(end, report)
    if hasTimedOut, !report.isDone { throw ExitCode(Self.unfinished) }
  }

  /// The exit code of a run that a time limit ended before the sweep was done: `EX_TEMPFAIL`.
  private static let unfinished: Int32 = 75

  private func failIfIncomplete(_ end: SweepEnd, _ report: SweepReport) throws {
    if case .tooManyFailures = end, let limit = options.maxFailures {
      Console.error(
        "error: ended after \(Format.count(limit, "failed trial")); the view 'failure' of "
          + "\(options.db) says why, and --retry_failed runs them once more")
      throw ExitCode.failure
    }
    if case .unfinished(let decisions) = end {
      UnfinishedTrials(decisions: decisions).lines.forEach { Console.error("error: " + $0) }
      throw ExitCode.failure
    }
    if report.sweep.counts.complete == 0, report.sweep.counts.failed > 0 {
      Console.error("error: every trial failed; the view 'failure' of \(options.db) says why")
      throw ExitCode.failure
    }
  }

  private func write(
    _ output: OutputFile?, _ database: ResultsDatabase, _ sweep: String
  ) throws {
    try output?.write(
      HyperResultFile.text(
        try database.trials(of: sweep, in: [.complete]),
        searchesSeed: try database.sweep(named: sweep).searchesSeed))
  }
}
