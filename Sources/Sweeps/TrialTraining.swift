import Literals
import Recommender
import Storage
import Trials
import Tuning

/// Carries out decisions: makes the configuration of a trial, finds its data and its checkpoint, and
/// trains it as far as the decision says. Several threads call it at once.
struct TrialTraining: Sendable {
  let plan: SweepPlan
  let datasets: DatasetCache
  let workspaces: WorkspacePool
  let kernels: KernelSet
  let cores: CoreShare
  let sweep: StoredSweep
  let checkpoints: CheckpointFolder
  let limits: RunLimits
  let progress: RunningProgress
  /// Takes a line for the user about a trial.
  let note: @Sendable (String) -> Void

  func carryOut(_ claim: Claim, in context: AttemptContext) throws -> AttemptEnd {
    let configuration: Configuration
    let dataset: Dataset
    do throws(InvalidInput) {
      configuration = try plan.template.configuration(
        with: claim.trial.point, seed: plan.seedDomain == nil ? nil : claim.trial.seed)
      dataset = try datasets.dataset(for: configuration.data)
      // The keys of this trial, such as a searched loss_type, may ask more of the data than those of the
      // first trial.
      let problems = configuration.problems(itemCount: dataset.itemCount)
      if !problems.isEmpty { throw InvalidInput(problems) }
    } catch {
      return .failed(.invalidConfig, message: error.description)
    }
    let workingSet = WorkingSet(
      configuration, dataset: dataset, threads: cores.team.limit)
    if let memory = limits.memory, workingSet.bytes > memory.bytes {
      return .declined(
        "it takes \(MemoryLimit(bytes: workingSet.bytes)) of memory, and \(memory) are available")
    }
    cores.join()
    defer { cores.leave() }
    let batches = progress.begin(trial: claim.trial.number)
    defer { progress.end(trial: claim.trial.number) }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspaces[context.slot],
      kernels: kernels, team: cores.team, progress: batches)
    return try train(claim, trainer, in: context)
  }

  private func train(
    _ claim: Claim, _ trainer: Trainer, in context: AttemptContext
  ) throws -> AttemptEnd {
    let file = checkpoints.file(ofTrial: claim.trial.number)
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: checkpoints.interval),
      keepsEnd: { score in
        try endingTheRun { try checkpoints.keepsEnd(of: claim.trial, score: score, sweep) }
      },
      save: { checkpoint in try endingTheRun { try file.write(checkpoint) } })
    let isLate = deadline()
    do {
      let end = try trainer.run(
        from: start(of: claim, trainer, file), until: claim.decision.until, saving: saver,
        isCancelled: { context.isCancelled || isLate() }, onEpoch: context.report)
      switch end {
      case .complete(let result): return .complete(result)
      case .paused(let result): return .paused(result)
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

  /// Returns the checkpoint that the attempt starts from; nil if it starts from the first epoch. Epochs
  /// behind the start are deleted from the database.
  private func start(
    of claim: Claim, _ trainer: Trainer, _ file: CheckpointFile
  ) throws -> Checkpoint? {
    let number = claim.trial.number
    file.removePart()
    var checkpoint: Checkpoint?
    do {
      checkpoint = try file.read()
    } catch {
      note("trial \(number) starts again from its first epoch: \(error)")
    }
    // A paused trial goes on even with another kernel set, because its first epochs are never changed.
    let wasPaused = claim.decision.from > 0
    if let found = checkpoint, !trainer.accepts(found, fromOtherKernels: wasPaused) {
      note(
        "trial \(number) starts again from its first epoch: "
          + "the checkpoint was made by other settings, data or kernels")
      checkpoint = nil
    }
    let isWhole = try endingTheRun {
      try sweep.keepEpochs(checkpoint?.epochs ?? 0, of: claim)
    }
    return isWhole ? checkpoint : nil
  }

  /// Returns a function that tells whether the time of this attempt is over.
  private func deadline() -> () -> Bool {
    guard let limit = limits.trialTimeout else { return { false } }
    let end = ContinuousClock.now + limit.duration
    return { ContinuousClock.now >= end }
  }

  /// Does work whose errors end the run: if one trial cannot write its results or its checkpoint, the
  /// other trials cannot either.
  private func endingTheRun<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw RunFailure(error) }
  }
}
