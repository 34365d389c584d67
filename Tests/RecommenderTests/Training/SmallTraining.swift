import Foundation
import Trials

@testable import Recommender

/// Short trainings on a generated data set in which there is something to learn.
enum SmallTraining {
  static func dataset(_ configuration: Configuration, users: Int = 40) throws -> Dataset {
    let log = SyntheticInteractions(
      users: users, topics: 4, itemsPerTopic: 6, interactionsPerUser: 6...9)
    return try Dataset.parse(
      log.atomicFile(configuration.data), file: "synthetic", configuration.data)
  }

  /// The same data set with additional items, which occur in no history.
  static func dataset(_ configuration: Configuration, items: Int) throws -> Dataset {
    let log = try dataset(configuration)
    return Dataset(
      userTokens: log.userTokens,
      itemTokens: log.itemTokens + (log.itemTokens.count..<items).map { "x\($0)" },
      items: log.items, train: log.train, valid: log.valid, test: log.test,
      maxItemListLength: log.maxItemListLength)
  }

  static func configuration(
    _ loss: ModelConfiguration.LossType, _ learner: TrainingConfiguration.Learner
  ) -> Configuration {
    var configuration = Configuration()
    configuration.model.embeddingSize = 8
    configuration.model.prototypeSize = 6
    configuration.model.lossType = loss
    configuration.data.maxItemListLength = 6
    configuration.training.epochs = 5
    configuration.training.trainBatchSize = 64
    configuration.training.negativeSampleCount = loss == .bpr ? 2 : nil
    configuration.training.learner = learner
    configuration.training.learningRate = learner == .sgd ? 0.1 : 0.01
    configuration.training.stoppingStep = 2
    configuration.evaluation.metrics.append(.itemCoverage)
    return configuration
  }
}

/// The reports, checkpoints and end of a training without its times. Two trainings with equal traces
/// are the same bit by bit.
struct TrainingTrace: Equatable {
  struct Epoch: Equatable {
    let number: Int
    let loss: UInt64
    let score: UInt64?
    let unroundedScore: UInt64?
    let metrics: [Metric]

    init(_ report: EpochReport) {
      number = report.epoch
      loss = report.trainLoss.bitPattern
      score = report.validScore?.bitPattern
      unroundedScore = report.unroundedScore?.bitPattern
      metrics = report.validMetrics
    }
  }

  let epochs: [Epoch]
  /// The bytes of the checkpoint after each epoch.
  let checkpoints: [Data]
  let end: TrainingEnd

  /// Trains to the end or to a pause.
  init(_ trainer: Trainer, from checkpoint: Checkpoint? = nil, until pause: Int? = nil) throws {
    var saved: [Data] = []
    var seen: [Epoch] = []
    let saver = CheckpointSaver(
      schedule: CheckpointSchedule(interval: .zero), keepsEnd: { _ in true },
      save: { saved.append($0.encoded) })
    end = try trainer.run(
      from: checkpoint, until: pause, saving: saver, isCancelled: { false }
    ) { seen.append(Epoch($0)) }
    epochs = seen
    checkpoints = saved
  }

  /// The result of a training that is complete or paused.
  var result: TrialResult? {
    switch end {
    case .complete(let result), .paused(let result): result
    case .cancelled: nil
    }
  }
}

extension [CheckpointPiece] {
  var joined: Data {
    reduce(into: Data()) { data, piece in piece.withBytes { data.append(contentsOf: $0) } }
  }
}

extension Checkpoint {
  /// The bytes of the checkpoint's file.
  var encoded: Data { pieces.joined }
}
