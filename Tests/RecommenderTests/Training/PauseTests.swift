import Testing
import Trials

@testable import Recommender

@Suite struct PauseTests {
  struct Training: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let configuration: Configuration

    init(
      _ name: String, _ loss: ModelConfiguration.LossType, _ learner: TrainingConfiguration.Learner,
      _ change: (inout Configuration) -> Void = { _ in }
    ) {
      testDescription = name
      var configuration = SmallTraining.configuration(loss, learner)
      change(&configuration)
      self.configuration = configuration
    }

    func trainer(
      _ workspace: TrainerWorkspace = TrainerWorkspace(), kernels: KernelSet = .fastest
    ) throws -> Trainer {
      Trainer(
        configuration: configuration, dataset: try SmallTraining.dataset(configuration),
        workspace: workspace, kernels: kernels)
    }
  }

  private static let adam = Training("adam", .ce, .adam)
  static let trainings = [
    adam, Training("sgd", .ce, .sgd), Training("BPR with negatives", .bpr, .adam),
    Training("an early stop", .ce, .adam) {
      $0.training.learningRate = 0.2
      $0.training.epochs = 30
      $0.training.stoppingStep = 3
    },
    Training("an evaluation every second epoch", .ce, .adam) {
      $0.training.epochs = 6
      $0.training.evalStep = 2
    },
  ]

  @Test(
    "A training that pauses and continues is bit by bit the training that never paused",
    arguments: trainings)
  func everyBoundary(training: Training) throws {
    let whole = try TrainingTrace(training.trainer())
    let count = whole.epochs.count
    #expect(count >= 3)
    // Another training has left its numbers in this workspace.
    let used = TrainerWorkspace()
    for epochs in 1..<count {
      let first = try TrainingTrace(training.trainer(used), until: epochs)
      #expect(first.epochs == Array(whole.epochs.prefix(epochs)))
      #expect(first.checkpoints == Array(whole.checkpoints.prefix(epochs)))
      try expectPaused(first, after: epochs, of: whole)
      let checkpoint = try Checkpoint(decoding: first.checkpoints[epochs - 1])
      let rest = try TrainingTrace(training.trainer(used), from: checkpoint)
      #expect(rest.epochs == Array(whole.epochs.dropFirst(epochs)))
      // The last checkpoint has the final parameters and the best ones.
      #expect(rest.checkpoints == Array(whole.checkpoints.dropFirst(epochs)))
      #expect(rest.end == whole.end)
    }
  }

  /// Checks the result of a pause against the epochs of the whole training.
  private func expectPaused(
    _ trace: TrainingTrace, after epochs: Int, of whole: TrainingTrace
  ) throws {
    guard case .paused(let result) = trace.end else {
      Issue.record("\(trace.end) after \(epochs)")
      return
    }
    let done = whole.epochs.prefix(epochs)
    let scores = done.compactMap(\.score).map { Double(bitPattern: $0) }
    let best = scores.max().flatMap { best in done.last { $0.score == best.bitPattern } }
    #expect(result.epochs == epochs)
    #expect(result.bestEpoch == best?.number ?? epochs - 1)
    #expect(result.validScore?.bitPattern == best?.score)
    #expect(result.unroundedScore?.bitPattern == best?.unroundedScore)
    #expect(result.validMetrics == best?.metrics ?? [])
    #expect(result.testMetrics.isEmpty)
    #expect(result.kernels == KernelSet.fastest.name)
  }

  @Test("A training that pauses after every epoch ends as if it had never paused")
  func manyPauses() throws {
    let training = Self.trainings[2]
    let whole = try TrainingTrace(training.trainer())
    var checkpoint: Checkpoint?
    var end: TrainingEnd?
    for epochs in 1...whole.epochs.count {
      let piece = try TrainingTrace(training.trainer(), from: checkpoint, until: epochs)
      #expect(piece.epochs == [whole.epochs[epochs - 1]])
      checkpoint = try piece.checkpoints.last.map { try Checkpoint(decoding: $0) }
      end = piece.end
    }
    #expect(end == whole.end)
  }

  @Test("A pause at or after the end of a training does nothing", arguments: trainings)
  func naturalEnd(training: Training) throws {
    let whole = try TrainingTrace(training.trainer())
    for epochs in [whole.epochs.count, whole.epochs.count + 1, .max] {
      #expect(try TrainingTrace(training.trainer(), until: epochs) == whole)
    }
  }

  @Test("The case for early stopping stops before the last epoch")
  func earlyStop() throws {
    let training = Self.trainings[3]
    let epochs = try TrainingTrace(training.trainer()).epochs.count
    #expect(epochs < training.configuration.training.epochs)
  }

  @Test("A pause saves its epoch although no checkpoint is due, and fails if saving fails")
  func saving() throws {
    var saved: [Int] = []
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: .seconds(1000)), save: { saved.append($0.epochs) })
    let end = try Self.adam.trainer().run(
      until: 2, saving: saver, isCancelled: { false }, onEpoch: { _ in #expect(saved.isEmpty) })
    #expect(saved == [2])
    #expect(isPaused(end, after: 2))

    struct DiskIsFull: Error {}
    let failing = CheckpointSaver(
      schedule: CheckpointSchedule(interval: .seconds(1000)), save: { _ in throw DiskIsFull() })
    #expect(throws: DiskIsFull.self) {
      try Self.adam.trainer().run(
        until: 2, saving: failing, isCancelled: { false }, onEpoch: { _ in })
    }
  }

  private func isPaused(_ end: TrainingEnd, after epochs: Int) -> Bool {
    if case .paused(let result) = end { result.epochs == epochs } else { false }
  }

  @Test("If the checkpoint is at the pause already, nothing is trained or saved")
  func nothingToDo() throws {
    for training in Self.trainings {
      let first = try TrainingTrace(training.trainer(), until: 2)
      let checkpoint = try Checkpoint(decoding: first.checkpoints[1])
      for pause in [1, 2] {
        let again = try TrainingTrace(training.trainer(), from: checkpoint, until: pause)
        #expect(again.epochs.isEmpty && again.checkpoints.isEmpty)
        #expect(again.end == first.end)
      }
    }
  }

  @Test("A training that is cancelled at its pause is paused")
  func cancelledAtPause() throws {
    var epochs = 0
    let end = try Self.adam.trainer().run(
      until: 2, isCancelled: { epochs == 2 }, onEpoch: { epochs = $0.epoch + 1 })
    #expect(isPaused(end, after: 2))
  }

  @Test("A cancelled continuation saves its state, from which the training continues")
  func cancelledContinuation() throws {
    let whole = try TrainingTrace(Self.adam.trainer())
    let checkpoint = try Checkpoint(
      decoding: try TrainingTrace(Self.adam.trainer(), until: 1).checkpoints[0])
    var saved: [Checkpoint] = []
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: .seconds(1000)),
      save: { saved.append(try Checkpoint(decoding: $0.encoded)) })
    var epochs = 1
    let end = try Self.adam.trainer().run(
      from: checkpoint, until: 4, saving: saver, isCancelled: { epochs == 2 },
      onEpoch: { epochs = $0.epoch + 1 })
    #expect(end == .cancelled)
    try #require(saved.map(\.epochs) == [2])
    let rest = try TrainingTrace(Self.adam.trainer(), from: saved[0])
    #expect(rest.epochs == Array(whole.epochs.dropFirst(2)))
    #expect(rest.end == whole.end)
  }

  @Test(
    "A paused training continues with another kernel set, and its result names both sets",
    .enabled(if: KernelSet.available.count > 1))
  func otherKernels() throws {
    let sets = [KernelSet.available[0], KernelSet.available[KernelSet.available.count - 1]]
    let names = sets.map(\.name).joined(separator: "+")
    let training = Training("long", .ce, .adam) { $0.training.stoppingStep = 100 }
    func piece(
      _ set: KernelSet, from checkpoint: Checkpoint?, until: Int?
    ) throws -> TrainingTrace {
      try TrainingTrace(training.trainer(kernels: set), from: checkpoint, until: until)
    }
    let first = try piece(sets[0], from: nil, until: 2)
    #expect(first.result?.kernels == sets[0].name)
    let paused = try Checkpoint(decoding: first.checkpoints[1])

    // A set that finds nothing to do has computed nothing, and is not named.
    #expect(try piece(sets[1], from: paused, until: 2).end == first.end)
    let second = try piece(sets[1], from: paused, until: 3)
    #expect(second.result?.kernels == names)
    let third = try piece(sets[0], from: Checkpoint(decoding: second.checkpoints[0]), until: 4)
    #expect(third.result?.kernels == names)
    let last = try Checkpoint(decoding: third.checkpoints[0])
    #expect(last.kernels == [sets[0].name, sets[1].name, sets[0].name])
    #expect(try training.trainer(kernels: sets[0]).accepts(last))
    #expect(try !training.trainer(kernels: sets[1]).accepts(last))

    let end = try piece(sets[1], from: last, until: nil)
    #expect(end.epochs.count == 1)
    #expect(end.result?.kernels == names)
    #expect(end.result?.testMetrics.isEmpty == false)
  }
}
