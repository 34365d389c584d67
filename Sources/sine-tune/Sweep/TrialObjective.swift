import Literals
import Recommender
import Search
import Storage
import Trials
import Tuning

/// Trains one trial: its configuration, its data, a trainer, and the events that come of it.
struct TrialObjective: Sendable {
  let template: ConfigurationTemplate
  let datasets: DatasetShelf
  let workspaces: WorkspacePool
  let kernels: KernelSet
  let cores: CoreShare
  let recorder: SweepRecorder
  let checkpoints: CheckpointFolder
  let limits: RunLimits
  /// Tells the user something about a trial.
  let note: @Sendable (String) -> Void

  func run(_ trial: Tuning.Trial, in context: TrialContext) throws -> TrialOutcome {
    let configuration: Configuration
    let dataset: Dataset
    do throws(InvalidInput) {
      configuration = try template.configuration(with: trial.parameters)
      dataset = try datasets.dataset(for: configuration.data)
      // What only this trial asks for, since a searched loss_type is not known before.
      let problems = configuration.problems(itemCount: dataset.itemCount)
      if !problems.isEmpty { throw InvalidInput(problems) }
    } catch {
      return .failed(.invalidConfig, message: error.description)
    }
    let workingSet = WorkingSet(
      configuration, dataset: dataset, threads: cores.team.limit)
    if let memory = limits.memory, workingSet.bytes > memory.bytes {
      return .failed(
        .outOfMemory,
        message: "it takes \(Format.bytes(workingSet.bytes)), and "
          + "\(Format.bytes(memory.bytes)) are available; not started")
    }
    cores.join()
    defer { cores.leave() }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspaces[context.worker],
      kernels: kernels, team: cores.team)
    return try train(trial, trainer, in: context)
  }

  private func train(
    _ trial: Tuning.Trial, _ trainer: Trainer, in context: TrialContext
  ) throws -> TrialOutcome {
    let file = checkpoints.file(ofTrial: trial.number)
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: checkpoints.interval),
      keepsEnd: { score in
        try endingTheSweep { try checkpoints.keepsEnd(of: trial, score: score, recorder) }
      },
      save: { checkpoint in try endingTheSweep { try file.write(checkpoint) } })
    let isLate = deadline()
    do {
      let end = try trainer.run(
        from: start(of: trial, trainer, file), saving: saver,
        isCancelled: { context.isCancelled || isLate() }
      ) { epoch in
        // An order to stop comes with the cancellation of the context.
        _ = try context.report(Tuning.EpochReport(epoch))
      }
      switch end {
      case .complete(let result): return .complete(TrialSummary(result))
      case .paused(let result): return .pruned(epochs: result.epochs)
      case .cancelled: break
      }
      if context.isCancelled { return .interrupted }
      return .failed(
        .timedOut,
        message: "not done after \(limits.trialTimeout.map { "\($0)" } ?? "its time")")
    } catch let error as TrainingError {
      return .failed(.diverged, message: error.description)
    }
  }

  /// The checkpoint that an earlier attempt has left, once the rows behind it are gone; nil where
  /// the trial starts from its first epoch.
  private func start(
    of trial: Tuning.Trial, _ trainer: Trainer, _ file: CheckpointFile
  ) throws -> Checkpoint? {
    file.removePart()
    var checkpoint: Checkpoint?
    do {
      checkpoint = try file.read()
    } catch {
      note("trial \(trial.number) starts again from its first epoch: \(error)")
    }
    if let found = checkpoint, !trainer.accepts(found) {
      note(
        "trial \(trial.number) starts again from its first epoch: "
          + "the checkpoint was made by other settings, data or kernels")
      checkpoint = nil
    }
    let isWhole = try endingTheSweep {
      try recorder.keepEpochs(checkpoint?.epochs ?? 0, of: trial)
    }
    return isWhole ? checkpoint : nil
  }

  /// Whether the time of this attempt is over.
  private func deadline() -> () -> Bool {
    guard let limit = limits.trialTimeout else { return { false } }
    let end = ContinuousClock.now + limit.duration
    return { ContinuousClock.now >= end }
  }

  /// Where results or checkpoints cannot be written, no other trial would fare better.
  private func endingTheSweep<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw SweepFailure(error) }
  }
}

extension Tuning.EpochReport {
  init(_ report: Trials.EpochReport) {
    self.init(
      epoch: report.epoch, trainLoss: report.trainLoss, trainSeconds: report.trainSeconds,
      evaluationSeconds: report.evaluationSeconds, validScore: report.validScore,
      validMetrics: report.validMetrics.map(Tuning.Metric.init))
  }
}

extension TrialSummary {
  init(_ result: TrialResult) {
    self.init(
      bestEpoch: result.bestEpoch, epochs: result.epochs, validScore: result.validScore,
      validMetrics: result.validMetrics.map(Tuning.Metric.init),
      testMetrics: result.testMetrics.map(Tuning.Metric.init), kernels: result.kernels)
  }
}

extension Tuning.Metric {
  init(_ metric: Trials.Metric) {
    self.init(name: metric.name, value: metric.value)
  }
}
