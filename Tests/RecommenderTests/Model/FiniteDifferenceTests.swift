import Testing

@testable import Recommender

/// Gradients against differences of the naive twin, over sizes that are no multiple of anything.
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
      loss: .ce, width: 16, prototypes: 40, interests: 18, items: 23, positions: 19, examples: 5),
    Sizes(loss: .ce, width: 8, prototypes: 1, interests: 1, items: 3, positions: 6, examples: 1),
    Sizes(loss: .ce, width: 12, prototypes: 9, interests: 4, items: 20, positions: 6, examples: 70),
    Sizes(loss: .bpr, width: 9, prototypes: 6, interests: 3, items: 12, positions: 5, examples: 66),
    Sizes(
      loss: .nll, width: 10, prototypes: 8, interests: 2, items: 15, positions: 7, examples: 4,
      epsilon: 1e-3),
  ]

  @Test("every gradient is the slope of the loss", arguments: sizes, KernelSet.available)
  func gradients(sizes: Sizes, kernels: KernelSet) {
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
    let model = ModelUnderTest(configuration, dataset: dataset, kernels: kernels)
    let negatives = dataset.train.map { $0.target % Int32(sizes.items - 1) + 1 }
    model.setNegatives(negatives)
    var naive = NaiveSINE(
      model: configuration, dataset: dataset, negatives: negatives, parameters: [:])
    for tensor in ParameterTensor.allCases {
      let count = tensor.rows(model.sine.shape) * sizes.width
      let offset: Float = tensor == .ln2Weight || tensor == .ln4Weight ? 1 : 0
      let values = (0..<count).map { _ in offset + 0.5 * random.value() }
      model.sine.parameters.set(tensor, to: values)
      naive.parameters[tensor.rawValue] = values.map(Double.init)
    }

    let loss = model.sine.lossAndGradients()
    #expect(abs(loss / naive.loss() - 1) < 1e-5)
    for tensor in ParameterTensor.allCases {
      let gradient = model.sine.gradients.values(tensor)
      let largest = Double(gradient.map(abs).max() ?? 0)
      // Item 0 gets no gradient where it pads a history: its row has no such slope.
      let first = tensor == .items ? sizes.width : 0
      for index in [first, first + (gradient.count - first) / 3, gradient.count - 1] {
        let slope = naive.difference(tensor, index)
        // Differences of the twin are good to about 1e-9; float32 gradients to 1e-4 of the
        // tensor's largest entry, plus what cancels inside w4 and ln2.bias.
        #expect(
          abs(Double(gradient[index]) - slope) < 2e-4 * largest + 2e-6,
          "\(tensor.rawValue)[\(index)]: \(gradient[index]) against \(slope)")
      }
    }
  }
}
