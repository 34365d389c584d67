import Testing

@testable import Recommender

/// Compares gradients with differences of the naive twin, for sizes that are no multiples of a
/// vector.
@Suite struct FiniteDifferenceTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let loss: ModelConfiguration.LossType
    let width: Int
    let prototypes: Int
    let interests: Int
    let items: Int
    let positions: Int
    let examples: Int
    var epsilon = 1e-12

    var testDescription: String {
      "\(loss.rawValue) D=\(width) L=\(prototypes) k=\(interests) V=\(items) N=\(positions) B=\(examples)"
    }
  }

  static let sizes = [
    Sizes(loss: .ce, width: 5, prototypes: 7, interests: 2, items: 11, positions: 4, examples: 3),
    Sizes(loss: .ce, width: 17, prototypes: 3, interests: 3, items: 9, positions: 1, examples: 2),
    Sizes(
      loss: .ce, width: 16, prototypes: 20, interests: 18, items: 13, positions: 17, examples: 2),
    Sizes(loss: .ce, width: 8, prototypes: 1, interests: 1, items: 3, positions: 6, examples: 1),
    Sizes(loss: .ce, width: 4, prototypes: 5, interests: 2, items: 12, positions: 3, examples: 70),
    Sizes(loss: .bpr, width: 3, prototypes: 6, interests: 3, items: 7, positions: 2, examples: 66),
    Sizes(loss: .ce, width: 3, prototypes: 40, interests: 33, items: 2, positions: 2, examples: 2),
    Sizes(loss: .ce, width: 4, prototypes: 6000, interests: 5, items: 6, positions: 3, examples: 2),
    Sizes(loss: .ce, width: 6, prototypes: 9, interests: 7, items: 30, positions: 26, examples: 26),
    Sizes(
      loss: .ce, width: 6, prototypes: 4, interests: 3, items: 8, positions: 5, examples: 70,
      epsilon: 0.02),
    Sizes(
      loss: .nll, width: 10, prototypes: 8, interests: 2, items: 15, positions: 7, examples: 4,
      epsilon: 1e-3),
  ]

  @Test("the sizes make the logits of positions both from a table and one by one")
  func waysOfLogits() {
    let ways = Self.sizes.map { sizes in
      let (configuration, dataset) = Self.problem(sizes)
      let kernels = KernelSet.fastest
      return ModelUnderTest(configuration, dataset: dataset, kernels: kernels).sine.hasAffinity
    }
    #expect(Set(ways) == [true, false])
  }

  private static func problem(_ sizes: Sizes) -> (ModelConfiguration, Dataset) {
    var random = SeededValues(seed: 7)
    var configuration = ModelConfiguration()
    configuration.embeddingSize = sizes.width
    configuration.prototypeSize = sizes.prototypes
    configuration.interestSize = sizes.interests
    configuration.lossType = sizes.loss
    configuration.layerNormEpsilon = sizes.epsilon
    configuration.tauRatio = 0.4
    let dataset = random.dataset(
      items: sizes.items, positions: sizes.positions, examples: sizes.examples)
    return (configuration, dataset)
  }

  @Test(
    "every gradient is the slope of the loss, on every kernel set, with and without tiles of items",
    arguments: sizes)
  func gradients(sizes: Sizes) {
    let (configuration, dataset) = Self.problem(sizes)
    var random = SeededValues(seed: 8)
    let shape = SINEShape(configuration, dataset: dataset)
    let negatives = dataset.train.map { $0.target % Int32(sizes.items - 1) + 1 }
    var naive = NaiveSINE(
      model: configuration, dataset: dataset, negatives: negatives, parameters: [:])
    for tensor in ParameterTensor.allCases {
      let offset = tensor == .ln2Weight || tensor == .ln4Weight ? 1.0 : 0
      naive.parameters[tensor.rawValue] = (0..<tensor.rows(shape) * sizes.width).map { _ in
        Double(Float(offset) + 0.5 * random.value())
      }
    }
    let slopes = Self.slopes(of: naive, sizes: sizes)
    let naiveLoss = naive.loss()

    let runs = KernelSet.available.flatMap { [($0, false), ($0, true)] }
    for (kernels, tilesItems) in runs {
      let model = ModelUnderTest(
        configuration, dataset: dataset, kernels: kernels, tilesItems: tilesItems)
      if sizes.loss == .bpr { model.setNegatives(negatives) }
      for tensor in ParameterTensor.allCases {
        let values = naive.parameters[tensor.rawValue, default: []]
        model.sine.parameters.set(tensor, to: values.map(Float.init))
      }
      let loss = model.sine.lossAndGradients()
      #expect(abs(loss / naiveLoss - 1) < 1e-5)
      for slope in slopes {
        let gradient = model.gradients(of: slope.tensor)
        let largest = Double(gradient.map(abs).max() ?? 0)
        // Differences of the twin are good to about 1e-9; float32 gradients to 1e-4 of the
        // tensor's largest entry, plus what cancels inside w4 and ln2.bias.
        #expect(
          abs(Double(gradient[slope.index]) - slope.value) < 2e-4 * largest + 2e-6,
          "\(kernels.name), tiles: \(tilesItems), \(slope): \(gradient[slope.index])")
      }
    }
  }

  private struct Slope {
    let tensor: ParameterTensor
    let index: Int
    let value: Double
  }

  /// Two slopes for each tensor. The row of item 0 is left out, because padding gets no gradient.
  private static func slopes(of naive: NaiveSINE, sizes: Sizes) -> [Slope] {
    ParameterTensor.allCases.flatMap { tensor in
      let count = naive.parameters[tensor.rawValue, default: []].count
      let first = tensor == .items ? sizes.width : 0
      return Set([first + (count - first) / 3, count - 1]).map {
        Slope(tensor: tensor, index: $0, value: naive.difference(tensor, $0))
      }
    }
  }
}
