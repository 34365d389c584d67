import Foundation
import TestSupport
import Testing

@testable import Recommender

/// Compares initial parameters, order of examples and first losses with RecBole's runs on ml-100k.
@Suite(.enabled(if: MovieLens.isFetched, "ml-100k has not been fetched"))
struct MovieLensTrainingTests {
  private struct Expectations: Decodable {
    struct Tensor: Decodable {
      let first: [Float]
      let last: [Float]
      let sum: Double
    }
    struct Order: Decodable {
      let first_batch_targets: [Int32]
      let second_batch_targets: [Int32]
      let last_batch_targets: [Int32]
    }
    struct Stream: Decodable {
      let seed: Int
      let prototype_size: Int
      let interest_size: Int
      let parameters: [String: Tensor]
      let epochs: [Order]
    }
    let random: [Stream]
  }

  private struct Runs: Decodable {
    struct Run: Decodable {
      struct Settings: Decodable {
        let prototype_size: Int
        let interest_size: Int
        let learning_rate: Double?
      }
      let config: Settings
      let seed: Int
      let train_loss: [Double]
    }
    let runs: [Run]
  }

  private func golden<T: Decodable>(_ type: T.Type, _ file: String) throws -> T {
    let url = Fixture.golden("ml-100k").appending(path: file)
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  /// The settings that `runs.json` names.
  private func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.data.normalizeAll = true
    configuration.data.dataPath = MovieLens.folder.path
    configuration.training.negativeSampleCount = nil
    configuration.evaluation.metricDecimalPlace = 6
    return configuration
  }

  @Test("a seed gives RecBole's initial parameters")
  func initialParameters() throws {
    let dataset = try Dataset.load(configuration().data)
    for stream in try golden(Expectations.self, "expected.json").random {
      var model = ModelConfiguration()
      model.prototypeSize = stream.prototype_size
      model.interestSize = stream.interest_size
      let parameters = ParameterSet(SINEShape(model, dataset: dataset))
      _ = parameters.initialize(seed: stream.seed)
      for tensor in ParameterTensor.allCases {
        let expected = try #require(stream.parameters[tensor.rawValue])
        let values = parameters.values(tensor)
        for (value, reference) in zip(values, expected.first) {
          #expect(abs(value - reference) < 1e-6)
        }
        for (value, reference) in zip(values.suffix(4), expected.last) {
          #expect(abs(value - reference) < 1e-6)
        }
        #expect(abs(values.reduce(0) { $0 + Double($1) } - expected.sum) < 1e-4)
      }
    }
  }

  @Test("a seed gives RecBole's order of examples in every epoch")
  func orders() throws {
    let dataset = try Dataset.load(configuration().data)
    for stream in try golden(Expectations.self, "expected.json").random {
      var order = BatchOrder(seed: stream.seed, count: dataset.train.count, shuffle: true)
      for expected in stream.epochs {
        let targets = order.next().map { dataset.train[Int($0)].target }
        #expect(Array(targets.prefix(12)) == expected.first_batch_targets)
        #expect(Array(targets[2048..<2060]) == expected.second_batch_targets)
        let last = targets.count / 2048 * 2048
        #expect(Array(targets[last..<last + 12]) == expected.last_batch_targets)
      }
    }
  }

  @Test("the first three epochs show RecBole's losses", arguments: [2020, 2021])
  func losses(seed: Int) throws {
    let run = try #require(
      try golden(Runs.self, "runs.json").runs.first {
        $0.seed == seed && $0.config.prototype_size == 50 && $0.config.learning_rate == nil
      })
    var configuration = configuration()
    configuration.training.seed = seed
    configuration.training.epochs = 3
    let dataset = try Dataset.load(configuration.data)
    var losses: [Double] = []
    _ = try Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace()
    ).run(isCancelled: { false }) { epoch in
      losses.append(epoch.trainLoss)
    }
    #expect(losses.count == 3)
    for (loss, expected) in zip(losses, run.train_loss) {
      #expect(abs(loss / expected - 1) < 1e-3)
    }
  }
}
