import Testing

@testable import Recommender

/// Threads share a step and change no bit of it.
@Suite struct ThreadTests {
  @Test("every piece runs once, on lanes below the limit", arguments: [1, 2, 3, 8])
  func pieces(threads: Int) {
    let team = ThreadTeam.fixed(threads)
    var runs = [Int](repeating: 0, count: 100)
    var lanes = [Int](repeating: 0, count: 100)
    runs.withUnsafeMutableBufferPointer { runs in
      lanes.withUnsafeMutableBufferPointer { lanes in
        // Every piece writes to its own element.
        nonisolated(unsafe) let (runs, lanes) = (runs, lanes)
        team.perform(100) { lane, piece in
          runs[piece] += 1
          lanes[piece] = lane
        }
      }
    }
    #expect(runs.allSatisfy { $0 == 1 })
    #expect(lanes.allSatisfy { $0 < threads })
  }

  @Test(
    "1, 2, 3 and 8 threads give the same bits",
    arguments: ModelConfiguration.LossType.allCases, [false, true])
  func bits(loss: ModelConfiguration.LossType, tilesItems: Bool) {
    for kernels in KernelSet.available { bits(loss, tilesItems, kernels) }
  }

  private func bits(
    _ loss: ModelConfiguration.LossType, _ tilesItems: Bool, _ kernels: KernelSet
  ) {
    var random = SeededValues(seed: 9)
    var configuration = ModelConfiguration()
    configuration.embeddingSize = 20
    configuration.prototypeSize = 300
    configuration.interestSize = 4
    configuration.lossType = loss
    let dataset = random.dataset(
      items: tilesItems ? 1100 : 400, positions: 12, examples: 500)
    let first = trained(configuration, dataset, kernels, threads: 1, tilesItems)
    for threads in [2, 3, 8] {
      #expect(trained(configuration, dataset, kernels, threads: threads, tilesItems) == first)
    }
  }

  /// Parameters and ranks after three steps.
  private func trained(
    _ configuration: ModelConfiguration, _ dataset: Dataset, _ kernels: KernelSet, threads: Int,
    _ tilesItems: Bool
  ) -> [Float] {
    let team = ThreadTeam.fixed(threads)
    let model = ModelUnderTest(
      configuration, dataset: dataset, kernels: kernels, team: team, tilesItems: tilesItems)
    _ = model.sine.parameters.initialize(seed: 1)
    model.setNegatives(dataset.train.map { $0.target % 399 + 1 })
    var optimizer = Optimizer(
      TrainingConfiguration(), parameterCount: model.sine.parameters.buffer.count,
      kernels: kernels, first: AlignedBuffer(), second: AlignedBuffer())
    var values: [Float] = []
    for _ in 0..<3 {
      values.append(Float(model.sine.lossAndGradients()))
      model.sine.update(with: &optimizer)
    }
    var ranks: [Int32] = []
    var top: [Int32] = []
    model.sine.rank(top: 5, ranks: &ranks, topItems: &top)
    return values + model.sine.parameters.buffer.elements + (ranks + top).map(Float.init)
  }
}
