import CKernels
import Testing

@testable import Recommender

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// A SINE whose batch is filled, ready for one step.
final class ModelUnderTest {
  let dataset: Dataset
  let sine: SINE

  init(
    _ model: ModelConfiguration, dataset: Dataset, kernels: KernelSet, team: ThreadTeam = .single,
    tilesItems: Bool? = nil
  ) {
    self.dataset = dataset
    sine = SINE(
      model,
      parameters: ParameterSet(SINEShape(model, dataset: dataset, tilesItems: tilesItems)),
      gradients: AlignedBuffer(), kernels: kernels, workspace: SINEWorkspace(),
      largestBatch: dataset.train.count, negatives: 1, team: team)
    sine.batch.fill(with: dataset.train, at: dataset.train.indices.map(Int32.init), of: dataset)
  }

  /// Gives each example one given negative.
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
      uniqueKeysWithValues: ParameterTensor.allCases.map { ($0.rawValue, gradients(of: $0)) })
  }

  /// The gradients of a tensor without padding. The gradients of tiled items are computed tile by
  /// tile.
  func gradients(of tensor: ParameterTensor) -> [Float] {
    let shape = sine.shape
    guard shape.tilesItems && tensor == .items else { return sine.gradients.values(tensor) }
    let lane = sine.workspace.lanes[0]
    return stride(from: 0, to: shape.items, by: BlockWorkspace.tileItems).flatMap { first in
      let tile = first..<min(first + BlockWorkspace.tileItems, shape.items)
      sine.makeItemGradients(tile, lane: lane)
      return (0..<tile.count).flatMap { row in
        (0..<shape.width).map { lane.tileGradients.pointer[row * shape.stride + $0] }
      }
    }
  }
}
