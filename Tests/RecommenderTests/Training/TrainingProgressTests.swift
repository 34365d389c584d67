import Testing
import Trials

@testable import Recommender

@Suite struct TrainingProgressTests {
  @Test("Every batch of an epoch and of its evaluation is counted, and no number depends on that")
  func counts() throws {
    let configuration = SmallTraining.configuration(.ce, .adam)
    let dataset = try SmallTraining.dataset(configuration, users: 40)
    let progress = TrainingProgress()
    #expect(progress.now == nil)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
      progress: progress)
    var moments: [TrainingProgress.Moment] = []
    let end = try trainer.run(
      isCancelled: {
        if let now = progress.now { moments.append(now) }
        return false
      }, onEpoch: { _ in })
    let size = configuration.training.examplesPerBatch
    let batches = (dataset.train.count + size - 1) / size
    try #require(batches > 1)
    // The question comes before every batch.
    let first = moments.filter { $0.epoch == 0 && !$0.isEvaluating }
    #expect(first.map(\.share) == (0..<batches).map { Double($0) / Double(batches) })
    #expect(moments.contains { $0.epoch == 0 && $0.isEvaluating && $0.share == 1 })
    #expect(progress.now?.isEvaluating == true)
    #expect(progress.now?.share == 1)

    let plain = Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace())
    #expect(try plain.run(isCancelled: { false }, onEpoch: { _ in }) == end)
  }
}
