import Testing

@testable import Recommender

/// Compares a tiled catalogue with the same catalogue without tiles.
@Suite struct TiledCatalogueTests {
  private func configuration(
    _ loss: ModelConfiguration.LossType, width: Int
  ) -> ModelConfiguration {
    var configuration = ModelConfiguration()
    configuration.embeddingSize = width
    configuration.prototypeSize = 9
    configuration.interestSize = 3
    configuration.lossType = loss
    return configuration
  }

  /// Both models with the same numbers, the tiled one first.
  private func pair(
    _ configuration: ModelConfiguration, items: Int, examples: Int, kernels: KernelSet,
    scale: Float = 0.5
  ) -> [ModelUnderTest] {
    [true, false].map { tilesItems in
      var random = SeededValues(seed: 11)
      let dataset = random.dataset(items: items, positions: 7, examples: examples)
      let model = ModelUnderTest(
        configuration, dataset: dataset, kernels: kernels, tilesItems: tilesItems)
      for tensor in ParameterTensor.allCases {
        let offset: Float = tensor == .ln2Weight || tensor == .ln4Weight ? 1 : 0
        let count = tensor.rows(model.sine.shape) * configuration.embeddingSize
        model.sine.parameters.set(
          tensor, to: (0..<count).map { _ in offset + scale * random.value() })
      }
      model.setNegatives(dataset.train.map { $0.target % Int32(items - 1) + 1 })
      return model
    }
  }

  @Test("Only the size of a catalogue decides if it is tiled")
  func rule() {
    func shape(items: Int) -> SINEShape {
      SINEShape(width: 64, prototypes: 5000, interests: 16, items: items, positions: 50)
    }
    #expect(!shape(items: 32_768).tilesItems)
    #expect(shape(items: 32_769).tilesItems)
    let kept = shape(items: 1_000_000).gradientShape(examples: 64, negatives: 2)
    #expect(kept.items == 64 * 50 + 1 + 64 * 3)
    #expect(shape(items: 33_000).gradientShape(examples: 2048, negatives: 1).items == 33_000)
    #expect(shape(items: 1000).gradientShape(examples: 2, negatives: 0).items == 1000)
  }

  @Test(
    "Loss and gradients agree with the naive twin and with the whole catalogue",
    arguments: [
      (ModelConfiguration.LossType.ce, 5, 40_000), (.nll, 3, 65_537), (.bpr, 5, 50_001),
      (.ce, 17, 33_001),
    ])
  func largeCatalogue(loss: ModelConfiguration.LossType, width: Int, items: Int) {
    let configuration = configuration(loss, width: width)
    for kernels in KernelSet.available {
      let models = pair(configuration, items: items, examples: 70, kernels: kernels)
      let losses = models.map { $0.sine.lossAndGradients() }
      #expect(abs(losses[0] / losses[1] - 1) < 1e-6)
      for tensor in ParameterTensor.allCases {
        let gradients = models.map { $0.gradients(of: tensor) }
        let largest = gradients[1].map(abs).max() ?? 0
        let worst = zip(gradients[0], gradients[1]).map { abs($0 - $1) }.max() ?? 0
        // Sums of the same numbers in another order; ln2.bias cancels to zero.
        #expect(worst <= 1e-4 * largest + 1e-7, "\(kernels.name) \(tensor): \(worst) of \(largest)")
      }
    }
    compareWithTwin(pair(configuration, items: items, examples: 4, kernels: .fastest)[0])
  }

  /// The loss, and one slope of every tensor.
  private func compareWithTwin(_ model: ModelUnderTest) {
    let configuration = model.sine.configuration
    let negatives = (0..<model.dataset.train.count).map { model.sine.batch.negative.pointer[$0] }
    var naive = NaiveSINE(
      model: configuration, dataset: model.dataset, negatives: negatives, parameters: [:])
    for tensor in ParameterTensor.allCases {
      naive.parameters[tensor.rawValue] = model.sine.parameters.values(tensor).map(Double.init)
    }
    #expect(abs(model.sine.lossAndGradients() / naive.loss() - 1) < 1e-6)
    let width = configuration.embeddingSize
    for tensor in ParameterTensor.allCases {
      let gradients = model.gradients(of: tensor)
      // For the items, a number of a target; for the other tensors, the last number.
      let index =
        tensor == .items
        ? Int(model.dataset.train[3].target) * width + 1 : gradients.count - 1
      let slope = naive.difference(tensor, index, step: 1e-4)
      let largest = Double(gradients.map(abs).max() ?? 0)
      #expect(abs(Double(gradients[index]) - slope) < 2e-4 * largest + 2e-6, "\(tensor)")
    }
  }

  private func training(
    _ learner: TrainingConfiguration.Learner, decay: Double, clipping: Double?, norm: Double = 2,
    learningRate: Double = 0.01
  ) -> TrainingConfiguration {
    var training = TrainingConfiguration()
    training.learner = learner
    training.learningRate = learningRate
    training.weightDecay = decay
    training.gradientClipping = clipping.map { .init(maxNorm: $0, normType: norm) }
    return training
  }

  /// Takes three steps, and returns the state of the optimiser after them.
  private func train(_ model: ModelUnderTest, _ training: TrainingConfiguration) -> OptimizerState {
    var optimizer = Optimizer(
      training, parameterCount: model.sine.parameters.buffer.count, kernels: .fastest,
      first: AlignedBuffer(), second: AlignedBuffer())
    for _ in 0..<3 {
      _ = model.sine.lossAndGradients()
      model.sine.update(with: &optimizer)
    }
    return optimizer.state
  }

  @Test(
    "Under BPR every learner updates as with the gradients of all items, bit by bit",
    arguments: TrainingConfiguration.Learner.allCases, [0, 0.1])
  func pairwiseSteps(learner: TrainingConfiguration.Learner, decay: Double) {
    let models = pair(
      configuration(.bpr, width: 13), items: 1500, examples: 150, kernels: .fastest)
    let training = training(learner, decay: decay, clipping: nil)
    let states = models.map { train($0, training) }
    #expect(states[0] == states[1])
    for tensor in ParameterTensor.allCases {
      #expect(
        models[0].sine.parameters.values(tensor) == models[1].sine.parameters.values(tensor),
        "\(tensor)")
    }
  }

  @Test(
    "Under CE every learner updates as with the gradients of all items, clipped or not",
    arguments: TrainingConfiguration.Learner.allCases, [nil, 2, 1, .infinity] as [Double?])
  func softmaxSteps(learner: TrainingConfiguration.Learner, norm: Double?) {
    for loss in ModelConfiguration.LossType.allCases {
      let models = pair(
        configuration(loss, width: 13), items: 1500, examples: 150, kernels: .fastest)
      let start = models[0].sine.parameters.values(.items)
      let training = training(
        learner, decay: 0.1, clipping: norm.map { _ in 1e-3 }, norm: norm ?? 2)
      for model in models { _ = train(model, training) }
      for tensor in ParameterTensor.allCases where tensor != .ln2Bias {
        let values = models.map { $0.sine.parameters.values(tensor) }
        let worst = zip(values[0], values[1]).map { abs($0 - $1) }.max() ?? 1
        // Learners that divide by the size of a gradient magnify its rounding errors.
        #expect(worst < 0.02 * 3 * 0.01, "\(loss) \(tensor): \(worst)")
      }
      let moved = zip(start, models[0].sine.parameters.values(.items)).count { $0 != $1 }
      #expect(moved > start.count * 9 / 10, "weight decay moves every item")
    }
  }

  @Test("A clipped gradient has the norm that it is clipped to", arguments: [1, 2, .infinity])
  func clippedNorm(norm: Double) {
    let models = pair(
      configuration(.ce, width: 13), items: 1500, examples: 150, kernels: .fastest)
    let model = models[0]
    let start = ParameterTensor.allCases.map { model.sine.parameters.values($0) }
    var optimizer = Optimizer(
      training(.sgd, decay: 0, clipping: 1e-3, norm: norm, learningRate: 1000),
      parameterCount: model.sine.parameters.buffer.count, kernels: .fastest,
      first: AlignedBuffer(), second: AlignedBuffer())
    _ = model.sine.lossAndGradients()
    model.sine.update(with: &optimizer)
    let clipping = TrainingConfiguration.GradientClipping(maxNorm: 1e-3, normType: norm)
    var sum = 0.0
    for (tensor, before) in zip(ParameterTensor.allCases, start) {
      for (a, b) in zip(before, model.sine.parameters.values(tensor)) {
        let gradient = abs(Double(a) - Double(b)) / 1000
        sum = clipping.joined(sum, norm == 2 ? gradient * gradient : gradient)
      }
    }
    let length = norm == 2 ? sum.squareRoot() : sum
    // The steps are differences of float32 numbers whose size is about 0.5.
    #expect(abs(length / 1e-3 - 1) < 0.01)
  }

  @Test("Under BPR, SGD and Adagrad do not change items that occur in no example")
  func untouchedItems() {
    for learner in [TrainingConfiguration.Learner.sgd, .adagrad] {
      let model = pair(
        configuration(.bpr, width: 8), items: 5000, examples: 3, kernels: .fastest)[0]
      let before = model.sine.parameters.values(.items)
      _ = train(model, training(learner, decay: 0, clipping: nil))
      let after = model.sine.parameters.values(.items)
      let dataset = model.dataset
      let negatives = (0..<3).map { model.sine.batch.negative.pointer[$0] }
      let touched = Set(dataset.items + dataset.train.map(\.target) + negatives)
      for item in 0..<5000 {
        let row = item * 8..<item * 8 + 8
        #expect((before[row] != after[row]) == touched.contains(Int32(item)), "\(item)")
      }
    }
  }

  @Test("Every item of a batch has one row, and the next batch starts anew")
  func rows() {
    var random = SeededValues(seed: 4)
    let dataset = random.dataset(items: 200, positions: 5, examples: 40)
    let shape = SINEShape(
      width: 4, prototypes: 2, interests: 1, items: 200, positions: 5, tilesItems: true)
    let batch = Batch()
    batch.reserve(examples: 40, negatives: 1, shape: shape)
    let rows = GradientRows()
    rows.reserve(examples: 40, negatives: 1, shape: shape)
    for part in [0..<40, 3..<9, 9..<40] {
      batch.fill(with: dataset.train, at: part.map(Int32.init), of: dataset)
      var stream = NumPyRandom(seed: 3)
      batch.drawNegatives(perExample: 1, items: 200, from: &stream)
      rows.assign(to: batch)
      let items = (0..<rows.count).map { rows[$0] }
      #expect(Set(items).count == items.count)
      #expect(items.count <= shape.gradientShape(examples: 40, negatives: 1).items)
      for slot in 0..<batch.slots {
        #expect(items[Int(rows.ofSlots[slot])] == Int(batch.slotItem.pointer[slot]))
      }
      for e in 0..<batch.count {
        #expect(items[Int(rows.ofTargets[e])] == Int(batch.target.pointer[e]))
        #expect(items[Int(rows.ofNegatives[e])] == Int(batch.negative.pointer[e]))
      }
      for item in 0..<200 {
        #expect(Int(rows.ofItems[item]) == items.firstIndex(of: item) ?? -1)
      }
    }
  }
}
