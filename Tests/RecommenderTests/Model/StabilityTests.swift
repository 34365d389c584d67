import Testing

@testable import Recommender

/// Tests for errors that one small step cannot show: values that grow unnoticed, fallbacks for large
/// numbers, and catalogues of many tiles.
@Suite struct StabilityTests {
  private func model(
    _ configuration: ModelConfiguration, _ dataset: Dataset, _ kernels: KernelSet,
    tilesItems: Bool? = nil, spread: Float = 0.5
  ) -> ModelUnderTest {
    var random = SeededValues(seed: 3)
    let model = ModelUnderTest(
      configuration, dataset: dataset, kernels: kernels, tilesItems: tilesItems)
    for tensor in ParameterTensor.allCases {
      let count = tensor.rows(model.sine.shape) * configuration.embeddingSize
      let offset: Float = tensor == .ln2Weight || tensor == .ln4Weight ? 1 : 0
      model.sine.parameters.set(
        tensor, to: (0..<count).map { _ in offset + spread * random.value() })
    }
    return model
  }

  private func naive(_ model: ModelUnderTest, _ configuration: ModelConfiguration) -> NaiveSINE {
    var naive = NaiveSINE(
      model: configuration, dataset: model.dataset, negatives: [], parameters: [:])
    for tensor in ParameterTensor.allCases {
      naive.parameters[tensor.rawValue] = model.sine.parameters.values(tensor).map(Double.init)
    }
    return naive
  }

  private func small() -> ModelConfiguration {
    var configuration = ModelConfiguration()
    configuration.embeddingSize = 12
    configuration.prototypeSize = 9
    configuration.interestSize = 3
    return configuration
  }

  @Test(
    "fifty steps in a row stay finite and lower the loss",
    arguments: ModelConfiguration.LossType.allCases, [false, true])
  func fiftySteps(loss: ModelConfiguration.LossType, tilesItems: Bool) {
    for kernels in KernelSet.available { fiftySteps(loss, tilesItems, kernels) }
  }

  private func fiftySteps(
    _ loss: ModelConfiguration.LossType, _ tilesItems: Bool, _ kernels: KernelSet
  ) {
    var random = SeededValues(seed: 5)
    var configuration = small()
    configuration.lossType = loss
    // 70 examples: a full block and a short one; histories of every length, with repeated items.
    let model = model(
      configuration, random.dataset(items: 30, positions: 20, examples: 70), kernels,
      tilesItems: tilesItems)
    model.setNegatives(model.dataset.train.map { $0.target % 29 + 1 })
    var training = TrainingConfiguration()
    training.learningRate = 0.01
    var optimizer = Optimizer(
      training, parameterCount: model.sine.parameters.buffer.count, kernels: kernels,
      first: AlignedBuffer(), second: AlignedBuffer())
    let first = model.sine.lossAndGradients()
    var last = first
    for _ in 0..<50 {
      model.sine.update(with: &optimizer)
      last = model.sine.lossAndGradients()
      #expect(last.isFinite)
    }
    #expect(last < first)
    #expect(model.sine.parameters.buffer.elements.allSatisfy { $0.isFinite })
  }

  @Test("padding lanes of rows stay zero through training", arguments: KernelSet.available)
  func padding(kernels: KernelSet) {
    var random = SeededValues(seed: 5)
    let model = model(small(), random.dataset(items: 30, positions: 9, examples: 40), kernels)
    var training = TrainingConfiguration()
    training.weightDecay = 0.1
    var optimizer = Optimizer(
      training, parameterCount: model.sine.parameters.buffer.count, kernels: kernels,
      first: AlignedBuffer(), second: AlignedBuffer())
    for _ in 0..<5 {
      _ = model.sine.lossAndGradients()
      model.sine.update(with: &optimizer)
    }
    let shape = model.sine.shape
    let rows = model.sine.parameters.buffer.count / shape.stride
    for row in 0..<rows {
      for lane in shape.width..<shape.stride {
        #expect(model.sine.parameters.buffer.pointer[row * shape.stride + lane] == 0)
      }
    }
  }

  @Test(
    "logits too large for plain exponentials give the exact loss", arguments: KernelSet.available,
    [false, true])
  func largeLogits(kernels: KernelSet, tilesItems: Bool) {
    var random = SeededValues(seed: 5)
    let configuration = small()
    let model = model(
      configuration, random.dataset(items: 200, positions: 9, examples: 66), kernels,
      tilesItems: tilesItems)
    let large = model.sine.parameters.values(.items).map { $0 * 150 }
    model.sine.parameters.set(.items, to: large)
    let expected = naive(model, configuration).loss()
    #expect(abs(model.sine.lossAndGradients() / expected - 1) < 1e-4)
  }

  @Test("a catalogue of many tiles gives the right loss, slopes and ranks")
  func tiles() {
    var random = SeededValues(seed: 5)
    var configuration = small()
    configuration.embeddingSize = 4
    let items = 70_000
    let dataset = random.dataset(items: items, positions: 3, examples: 3)
    let model = model(configuration, dataset, .fastest)
    let naive = naive(model, configuration)
    #expect(abs(model.sine.lossAndGradients() / naive.loss() - 1) < 1e-5)
    #expect(model.sine.shape.tilesItems)

    let target = Int(dataset.train[1].target)
    let gradients = model.gradients(of: .items)
    for item in [target, 1, items - 1] {
      let gradient = gradients[item * 4 + 2]
      #expect(abs(Double(gradient) - naive.difference(.items, item * 4 + 2, step: 1e-3)) < 1e-5)
    }

    var ranks: [Int32] = []
    var top: [Int32] = []
    model.sine.rank(top: 2, ranks: &ranks, topItems: &top)
    let table = naive.parameters[ParameterTensor.items.rawValue, default: []]
    for (e, example) in dataset.train.enumerated() {
      let v = naive.output(example)
      let scores = (0..<items).map { i in (0..<4).reduce(0) { $0 + v[$1] * table[i * 4 + $1] } }
      let above = (1..<items).count { scores[$0] > scores[Int(example.target)] }
      #expect(abs(Int(ranks[e]) - 1 - above) <= 1, "scores 1e-7 apart may change places")
      let best = (1..<items).max { scores[$0] < scores[$1] }
      #expect(best == Int(top[e * 2]))
    }
  }
}
