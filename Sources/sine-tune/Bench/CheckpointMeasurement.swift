import Recommender

/// Measures what it takes to put a trial's checkpoint on disk, in a training as a sweep runs it.
struct CheckpointMeasurement {
  let dataset: Dataset
  let kernels: KernelSet
  let folder: ScratchFolder
  /// How many epochs to train, with a checkpoint behind each.
  let epochs: Int

  /// Adds the seconds of each epoch, and those from its end until its checkpoint would outlive a
  /// power cut.
  func measure(
    _ configuration: Configuration, workspace: TrainerWorkspace, into result: inout CaseResult
  ) throws {
    let file = CheckpointFile(path: folder.url.appending(path: "trial.checkpoint").path)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspace, kernels: kernels)
    var times = Samples()
    var checkpoints = Samples()
    var end = ContinuousClock.now
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: .zero),
      save: { checkpoint in
        try file.write(checkpoint)
        checkpoints.append((.now - end) / .seconds(1))
      })
    do {
      _ = try trainer.run(saving: saver, isCancelled: { times.values.count == epochs }) { epoch in
        times.append(epoch.trainSeconds + epoch.evaluationSeconds)
        end = .now
        return times.values.count < epochs
      }
    } catch TrainingError.cancelled {
      // A trial that is interrupted after its last checkpoint: its test metrics are of no interest.
    }
    for value in times.values { result.epoch.append(value) }
    for value in checkpoints.values { result.checkpoint.append(value) }
  }
}
