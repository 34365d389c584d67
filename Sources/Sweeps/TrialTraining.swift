import Literals
import Recommender
import Storage
import Trials
import Tuning

/// Carries out a decision: makes the trial's configuration, finds its data and its checkpoint, and
/// trains it as far as the decision says.
struct TrialTraining: Sendable {
  let plan: SweepPlan
  let datasets: DatasetCache
  let workspaces: WorkspacePool
  let kernels: KernelSet
  let cores: CoreShare
  let sweep: StoredSweep
  let checkpoints: CheckpointFolder
  let limits: RunLimits
  /// Tells the user something about a trial.
  let note: @Sendable (String) -> Void

  func carryOut(_ claim: Claim, in context: AttemptContext) throws -> AttemptEnd {
    let configuration: Configuration
    let dataset: Dataset
    do throws(InvalidInput) {
      configuration = try plan.template.configuration(
        with: claim.trial.point, seed: plan.seedDomain == nil ? nil : claim.trial.seed)
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
      return .declined(
        "it takes \(MemoryLimit(bytes: workingSet.bytes)) of memory, and \(memory) are available")
    }
    cores.join()
    defer { cores.leave() }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspaces[context.slot],
      kernels: kernels, team: cores.team)
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

  /// The checkpoint that an earlier attempt has left, once the rows behind it are gone; nil if the
  /// trial starts from its first epoch.
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
    // What was paused goes on under any kernels: its first epochs are settled.
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

  /// Whether the time of this attempt is over.
  private func deadline() -> () -> Bool {
    guard let limit = limits.trialTimeout else { return { false } }
    let end = ContinuousClock.now + limit.duration
    return { ContinuousClock.now >= end }
  }

  /// If results or checkpoints cannot be written, no other trial would fare better.
  private func endingTheRun<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw RunFailure(error) }
  }
}
