import CKernels
import Testing

@testable import Recommender

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// A SINE with a batch laid out, ready for one step.
final class ModelUnderTest {
  let dataset: Dataset
  let sine: SINE

  init(
    _ model: ModelConfiguration, dataset: Dataset, kernels: KernelSet, team: ThreadTeam = .single
  ) {
    self.dataset = dataset
    let shape = SINEShape(model, dataset: dataset)
    sine = SINE(
      model, shape: shape, parameters: ParameterSet(shape), gradients: ParameterSet(shape),
      kernels: kernels, workspace: SINEWorkspace(), largestBatch: dataset.train.count,
      team: team)
    sine.batch.lay(dataset.train, at: dataset.train.indices.map(Int32.init), of: dataset)
  }

  /// Uses one given negative an example.
  func setNegatives(_ negatives: [Int32]) {
    var random = NumPyRandom(seed: 1)
    sine.batch.drawNegatives(perExample: 1, items: dataset.itemCount, from: &random)
    for (e, item) in negatives.enumerated() { sine.batch.negative.pointer[e] = item }
  }

  /// v of every example, D numbers each.
  func outputs() -> [Float] {
    var values: [Float] = []
    var model = sine.makeTables()
    for index in 0..<sine.batch.blocks {
      var block = sine.workspace.lanes[0].block(
        index, of: sine.batch, shape: sine.shape)
      sine.kernels.forward(&model, &block)
      for e in 0..<block.examples {
        values += (0..<sine.shape.width).map { block.v[e * sine.shape.stride + $0] }
      }
    }
    return values
  }

  func gradients() -> [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: ParameterTensor.allCases.map {
        ($0.rawValue, sine.gradients.values($0))
      })
  }
}
