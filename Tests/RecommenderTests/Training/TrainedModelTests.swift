import Foundation
import TestSupport
import Testing
import Trials

@testable import Recommender

@Suite struct TrainedModelTests {
  /// A complete training, and the file of its last checkpoint read again.
  private struct Trained {
    let configuration: Configuration
    let dataset: Dataset
    let trainer: Trainer
    let result: TrialResult
    let checkpoint: Checkpoint

    init(_ configuration: Configuration, _ dataset: Dataset) throws {
      self.configuration = configuration
      self.dataset = dataset
      trainer = Trainer(
        configuration: configuration, dataset: dataset, workspace: TrainerWorkspace())
      let folder = try TemporaryFolder()
      let file = CheckpointFile(path: folder.file("trial.checkpoint").path)
      let saver = CheckpointSaver(keepsEnd: { _ in true }, save: { try file.write($0) })
      let end = try trainer.run(saving: saver, isCancelled: { false }, onEpoch: { _ in })
      guard case .complete(let result) = end else { throw InvalidEnd() }
      self.result = result
      checkpoint = try #require(try file.read())
    }

    struct InvalidEnd: Error {}

    var model: TrainedModel? {
      TrainedModel(checkpoint, configuration, dataDigest: "\(dataset.digest)")
    }

    /// The ranks that the trainer's own model gives with the parameters of the best epoch.
    func evaluated(_ examples: [Example]) -> (ranks: [Int32], topItems: [Int32]) {
      var (ranks, topItems): ([Int32], [Int32]) = ([], [])
      for start in stride(from: 0, to: examples.count, by: Trainer.evaluationBatch) {
        let places = Int32(start)..<Int32(min(start + Trainer.evaluationBatch, examples.count))
        trainer.sine.batch.fill(with: examples, at: places, of: dataset)
        trainer.sine.rank(top: 10, ranks: &ranks, topItems: &topItems)
      }
      return (ranks, topItems)
    }
  }

  enum Size: CaseIterable {
    case small, severalBatches, tiledCatalogue
  }

  private func trained(_ loss: ModelConfiguration.LossType, _ size: Size) throws -> Trained {
    var configuration = SmallTraining.configuration(loss, .adam)
    switch size {
    case .small:
      return try Trained(configuration, SmallTraining.dataset(configuration))
    case .severalBatches:
      configuration.training.epochs = 2
      return try Trained(
        configuration,
        SmallTraining.dataset(configuration, users: Trainer.evaluationBatch + 50))
    case .tiledCatalogue:
      configuration.training.epochs = 2
      configuration.model.embeddingSize = 3
      return try Trained(
        configuration,
        SmallTraining.dataset(configuration, items: SINEShape.mostUntiledItems + 1))
    }
  }

  @Test(
    "A model from a checkpoint file gives the ranks of the best epoch's evaluation",
    arguments: [ModelConfiguration.LossType.ce, .bpr], Size.allCases)
  func ranks(loss: ModelConfiguration.LossType, size: Size) throws {
    let trained = try trained(loss, size)
    let dataset = trained.dataset
    let model = try #require(trained.model)
    #expect(model.shape == trained.trainer.sine.shape)
    let ranker = ItemRanker(model, team: .fixed(2))
    let calculator = MetricCalculator(
      trained.configuration.evaluation, itemCount: dataset.itemCount,
      trainTargetCounts: TrainTargetCounts(dataset))
    for examples in [dataset.valid, dataset.test] {
      let histories = examples.map { Array(dataset.history(of: $0)) }
      let ranks = ranker.ranks(of: examples.map(\.target), after: histories)
      let lists = ranker.topItems(10, after: histories)
      let expected = trained.evaluated(examples)
      #expect(ranks == expected.ranks)
      #expect(lists.flatMap { $0 } == expected.topItems)
      let evaluation = calculator.evaluation(ranks: ranks, topItems: lists.flatMap { $0 })
      if examples == dataset.valid {
        #expect(evaluation.metrics == trained.result.validMetrics)
        #expect(evaluation.unroundedScore == trained.result.unroundedScore)
      } else {
        #expect(evaluation.metrics == trained.result.testMetrics)
      }
    }
    let workspace = ranker.workspace
    #expect(workspace.shards.isEmpty && workspace.lanes[0].tileGradients.count == 0)
    #expect(workspace.dX.count == 0 && workspace.weightsTransposed.count == 0)
  }

  @Test("Only the last items of a long history count, and without histories there are no lists")
  func histories() throws {
    let trained = try trained(.ce, .small)
    let ranker = ItemRanker(try #require(trained.model))
    let history: [Int32] = [1, 2, 3, 4, 5, 6]
    #expect(trained.configuration.data.maxItemListLength == history.count)
    #expect(
      ranker.topItems(5, after: [[7, 8] + history]) == ranker.topItems(5, after: [history]))
    #expect(ranker.topItems(5, after: []).isEmpty)
  }

  @Test("A checkpoint of another configuration or of other data gives no model")
  func identities() throws {
    let trained = try trained(.ce, .small)
    let digest = "\(trained.dataset.digest)"
    var other = trained.configuration
    other.model.tauRatio = 0.2
    #expect(TrainedModel(trained.checkpoint, other, dataDigest: digest) == nil)
    #expect(
      TrainedModel(
        trained.checkpoint, trained.configuration, dataDigest: "\(ContentDigest(of: Data([1])))")
        == nil)
  }

  @Test("Without an evaluation the model has the parameters of the last epoch")
  func noEvaluation() throws {
    var configuration = SmallTraining.configuration(.ce, .adam)
    configuration.training.evalStep = 0
    let trained = try Trained(configuration, SmallTraining.dataset(configuration))
    let model = try #require(trained.model)
    for tensor in ParameterTensor.allCases {
      #expect(model.parameters.values(tensor) == trained.trainer.sine.parameters.values(tensor))
    }
  }
}
