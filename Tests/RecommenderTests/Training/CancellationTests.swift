import Testing
import Trials

@testable import Recommender

@Suite struct CancellationTests {
  /// A training that is cancelled after an epoch: `isCancelled` returns true when it is called for the
  /// n-th time after the report of the epoch.
  private struct Cancelled {
    private(set) var epochs = 0
    private(set) var saved: [Checkpoint] = []
    private(set) var end: TrainingEnd?

    init(
      _ trainer: Trainer, from checkpoint: Checkpoint? = nil, epoch: Int, question: Int
    ) throws {
      var (epochs, questions) = (0, 0)
      var saved: [Checkpoint] = []
      // The interval is so long that no checkpoint is due.
      let saver = CheckpointSaver(
        schedule: CheckpointSchedule(interval: .seconds(1000)),
        save: { saved.append(try Checkpoint(decoding: $0.encoded)) })
      end = try trainer.run(
        from: checkpoint, saving: saver,
        isCancelled: {
          questions += epochs > epoch ? 1 : 0
          return questions >= question && epochs > epoch
        }
      ) {
        epochs = $0.epoch + 1
      }
      self.epochs = epochs
      self.saved = saved
    }
  }

  private func trainer(
    _ configuration: Configuration = SmallTraining.configuration(.ce, .adam), users: Int = 40
  ) throws -> Trainer {
    Trainer(
      configuration: configuration,
      dataset: try SmallTraining.dataset(configuration, users: users),
      workspace: TrainerWorkspace())
  }

  @Test("A training that is cancelled between two epochs saves its state")
  func betweenEpochs() throws {
    let cancelled = try Cancelled(trainer(), epoch: 1, question: 1)
    #expect(cancelled.end == .cancelled)
    #expect(cancelled.epochs == 2)
    try #require(cancelled.saved.map(\.epochs) == [2])
    let rest = try TrainingTrace(trainer(), from: cancelled.saved[0])
    #expect(rest.end == (try TrainingTrace(trainer()).end))
  }

  @Test("A training that is cancelled in the middle of an epoch saves nothing")
  func middleOfEpoch() throws {
    // The first question comes after the epoch, the next ones before the batches of the next epoch.
    for question in [2, 3] {
      let cancelled = try Cancelled(trainer(), epoch: 1, question: question)
      #expect(cancelled.end == .cancelled)
      #expect(cancelled.epochs == 2)
      #expect(cancelled.saved.isEmpty)
    }
  }

  @Test("A training that is cancelled after its last epoch is complete")
  func lastEpoch() throws {
    let whole = try TrainingTrace(trainer())
    let cancelled = try Cancelled(trainer(), epoch: whole.epochs.count - 1, question: 1)
    #expect(cancelled.end == whole.end)
    #expect(cancelled.saved.map(\.isComplete) == [true])
  }

  @Test("A cancelled test is repeated from the checkpoint of the last epoch")
  func testMetrics() throws {
    var configuration = SmallTraining.configuration(.ce, .sgd)
    configuration.training.epochs = 1
    let users = Trainer.evaluationBatch + 50
    let cancelled = try Cancelled(trainer(configuration, users: users), epoch: 0, question: 1)
    #expect(cancelled.end == .cancelled)
    try #require(cancelled.saved.map(\.isComplete) == [true])
    let rest = try TrainingTrace(
      trainer(configuration, users: users), from: cancelled.saved[0])
    #expect(rest.epochs.isEmpty && rest.checkpoints.isEmpty)
    #expect(rest.end == (try TrainingTrace(trainer(configuration, users: users)).end))
  }
}
