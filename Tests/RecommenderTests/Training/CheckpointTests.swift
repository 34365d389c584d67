import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

@Suite struct CheckpointTests {
  private static let trainings: [(ModelConfiguration.LossType, TrainingConfiguration.Learner)] =
    TrainingConfiguration.Learner.allCases.map { (.ce, $0) } + [(.bpr, .adam), (.nll, .adam)]

  @Test(
    "A training that continues from any checkpoint ends as if it had never stopped",
    arguments: trainings)
  func everyEpoch(
    loss: ModelConfiguration.LossType, learner: TrainingConfiguration.Learner
  ) throws {
    let configuration = SmallTraining.configuration(loss, learner)
    let dataset = try SmallTraining.dataset(configuration)
    func trainer(_ workspace: TrainerWorkspace = TrainerWorkspace()) -> Trainer {
      Trainer(configuration: configuration, dataset: dataset, workspace: workspace)
    }
    let whole = try TrainingTrace(trainer())
    #expect(whole.epochs.count >= 3)
    #expect(whole.checkpoints.count == whole.epochs.count)

    // Another training has left its numbers in this workspace.
    let used = TrainerWorkspace()
    for (index, data) in whole.checkpoints.enumerated() {
      let checkpoint = try Checkpoint(decoding: data)
      #expect(checkpoint.encoded == data)
      #expect(checkpoint.epochs == index + 1)
      let rest = try TrainingTrace(trainer(used), from: checkpoint)
      #expect(rest.epochs == Array(whole.epochs.dropFirst(index + 1)))
      #expect(rest.checkpoints == Array(whole.checkpoints.dropFirst(index + 1)))
      #expect(rest.end == whole.end)
    }
  }

  @Test(
    "A training on a tiled catalogue continues from a checkpoint as if it had never stopped",
    arguments: [
      (ModelConfiguration.LossType.ce, TrainingConfiguration.Learner.adam), (.bpr, .adagrad),
    ])
  func tiledCatalogue(
    loss: ModelConfiguration.LossType, learner: TrainingConfiguration.Learner
  ) throws {
    var configuration = SmallTraining.configuration(loss, learner)
    configuration.model.embeddingSize = 3
    configuration.training.epochs = 3
    let dataset = try SmallTraining.dataset(
      configuration, items: SINEShape.mostUntiledItems + 1)
    func trainer(threads: Int) -> Trainer {
      Trainer(
        configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
        team: .fixed(threads))
    }
    let whole = try TrainingTrace(trainer(threads: 1))
    let second = try Checkpoint(decoding: whole.checkpoints[1])
    let rest = try TrainingTrace(trainer(threads: 2), from: second)
    #expect(rest.epochs == Array(whole.epochs.dropFirst(2)))
    #expect(rest.checkpoints == Array(whole.checkpoints.dropFirst(2)))
    #expect(rest.end == whole.end)
  }

  @Test("An order that is not shuffled, a clipped gradient and rare evaluations are resumed too")
  func rareSettings() throws {
    var configuration = SmallTraining.configuration(.ce, .adamw)
    configuration.training.shuffle = false
    configuration.training.evalStep = 2
    configuration.training.weightDecay = 0.01
    configuration.training.gradientClipping = .init(maxNorm: 0.1)
    let dataset = try SmallTraining.dataset(configuration)
    func trainer() -> Trainer {
      Trainer(configuration: configuration, dataset: dataset, workspace: TrainerWorkspace())
    }
    let whole = try TrainingTrace(trainer())
    // The first checkpoint comes before the first evaluation, so that there is no best epoch.
    let first = try Checkpoint(decoding: try #require(whole.checkpoints.first))
    #expect(first.best == nil && first.bestParameters.count == 0)
    let rest = try TrainingTrace(trainer(), from: first)
    #expect(rest.epochs == Array(whole.epochs.dropFirst()))
    #expect(rest.end == whole.end)
  }

  @Test("Only a training with the same configuration, data and kernels accepts a checkpoint")
  func identities() throws {
    let configuration = SmallTraining.configuration(.ce, .adam)
    let dataset = try SmallTraining.dataset(configuration)
    func trainer(
      _ configuration: Configuration, kernels: KernelSet = .fastest, _ data: Dataset? = nil
    ) -> Trainer {
      Trainer(
        configuration: configuration, dataset: data ?? dataset, workspace: TrainerWorkspace(),
        kernels: kernels)
    }
    let own = trainer(configuration)
    let data = try #require(try TrainingTrace(own, until: 1).checkpoints.first)
    let checkpoint = try Checkpoint(decoding: data)
    #expect(own.accepts(checkpoint))

    var moved = configuration
    moved.data.dataPath = "elsewhere"
    #expect(trainer(moved).accepts(checkpoint))
    let changes: [(inout Configuration) -> Void] = [
      { $0.training.seed += 1 }, { $0.training.learningRate *= 2 }, { $0.training.epochs += 1 },
      { $0.training.learner = .sgd }, { $0.model.tauRatio = 0.2 },
      { $0.model.embeddingSize = 16 }, { $0.evaluation.topK = [5] },
      { $0.data.duplicateRemoval = .last },
    ]
    for change in changes {
      var other = configuration
      change(&other)
      #expect(!trainer(other).accepts(checkpoint, fromOtherKernels: true))
    }
    let file = AtomicText.file(
      "a x 1", "a y 2", "a z 3", "a x 4", "b y 1", "b x 2", "b z 3", "b y 4")
    let others = try AtomicText.dataset(file)
    var small = configuration
    small.evaluation.topK = [1]
    #expect(!trainer(small, others).accepts(checkpoint, fromOtherKernels: true))
    for kernels in KernelSet.available where kernels.name != KernelSet.fastest.name {
      let other = trainer(configuration, kernels: kernels)
      #expect(!other.accepts(checkpoint))
      #expect(other.accepts(checkpoint, fromOtherKernels: true))
    }
  }

  @Test("Checkpoints come at most every few seconds, and take at most a hundredth of the time")
  func schedule() {
    final class Clock { var now = Duration.zero }
    let clock = Clock()
    var schedule = CheckpointSchedule(interval: .seconds(5), now: { clock.now })
    var saved: [Int] = []
    for second in 1...600 {
      clock.now += .seconds(1)
      guard schedule.isDue else { continue }
      saved.append(second)
      // The first checkpoint is fast, and the second takes a second.
      schedule.measure { clock.now += .milliseconds(saved.count == 2 ? 1000 : 10) }
    }
    #expect(saved == [5, 10, 110] + Array(stride(from: 115, through: 600, by: 5)))
    #expect(CheckpointSchedule(interval: .zero, now: { .zero }).isDue)
  }
}
