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
  /// Shows the time by which trials are late; nil if they have no limit.
  let clock: RunningClock?
  /// Takes a line for the user about a trial.
  let note: @Sendable (String) -> Void

  func carryOut(_ claim: Claim, in context: AttemptContext) throws -> AttemptEnd {
    let configuration: Configuration
    do throws(InvalidInput) {
      configuration = try plan.template.configuration(
        with: claim.trial.point, seed: claim.trial.seed)
    } catch {
      return .failed(.invalidConfig, message: error.description)
    }
    // The data were looked at before the first trial. If they cannot be read now, something has happened
    // to the file, which is not the fault of this trial.
    let dataset = try endingTheRun { try datasets.dataset(for: configuration.data) }
    // The keys of this trial, such as a searched loss_type, may ask more of the data than those of the
    // first trial.
    let problems = configuration.problems(itemCount: dataset.itemCount)
    if !problems.isEmpty {
      return .failed(.invalidConfig, message: InvalidInput(problems).description)
    }
    if let refusal = refusal(of: configuration, dataset) { return .declined(refusal) }
    cores.join()
    defer { cores.leave() }
    let batches = progress.begin(trial: claim.trial.number)
    defer { progress.end(trial: claim.trial.number) }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspaces[context.slot],
      kernels: kernels, team: cores.team, progress: batches)
    return try train(claim, trainer, in: context)
  }

  /// Returns why the memory is too small for a trial; nil if it is not.
  private func refusal(of configuration: Configuration, _ dataset: Dataset) -> String? {
    let size = dataset.size
    let workingSet = WorkingSet(configuration, dataset: size, threads: cores.team.limit).bytes
    let needed = MemoryLimit(bytes: workingSet + datasets.countedBytes(of: size))
    if let memory = limits.memory, needed.bytes > memory.bytes {
      return "it takes \(needed) of memory, and \(memory) are available"
    }
    // The system may have less to give than it had when the run began.
    return MemoryLimit.isGranted(workingSet)
      ? nil : "it takes \(needed) of memory, which the system does not give"
  }

  private func train(
    _ claim: Claim, _ trainer: Trainer, in context: AttemptContext
  ) throws -> AttemptEnd {
    let file = checkpoints.file(ofTrial: claim.trial.number)
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: checkpoints.interval),
      keepsEnd: { score in
        try endingTheRun { try checkpoints.keepsEnd(of: claim.decision, score: score, sweep) }
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
    guard let clock, let limit = limits.trialTimeout else { return { false } }
    let end = clock.now + limit.duration
    return { clock.now >= end }
  }

  /// Does work whose errors end the run: if one trial cannot write its results or its checkpoint, the
  /// other trials cannot either.
  private func endingTheRun<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw RunFailure(error) }
  }
}
