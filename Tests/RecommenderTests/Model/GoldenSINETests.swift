import Foundation
import TestSupport
import Testing

@testable import Recommender

/// RecBole's own forward passes, losses, gradients and Adam steps, on every kernel set of this CPU.
@Suite struct GoldenSINETests {
  /// What float32 loses by cancellation: in w4 under a small tau_ratio, and in ln2.bias. The
  /// gradient of ln2.bias is exactly zero, because the softmax over interests ignores what all
  /// interests share.
  private static let absoluteTolerances = ["w4": 2e-6, "ln2.bias": 2e-6]

  private func loaded(_ golden: GoldenSINE, _ kernels: KernelSet) throws -> ModelUnderTest {
    let model = ModelUnderTest(golden.model, dataset: golden.dataset, kernels: kernels)
    for tensor in ParameterTensor.allCases {
      let values = try #require(golden.parameters[tensor.rawValue])
      model.sine.parameters.set(tensor, to: values.map(Float.init))
    }
    model.setNegatives(golden.neg_items)
    return model
  }

  /// The largest difference, divided by the largest expected entry.
  private func error(_ values: [Float], _ expected: [Double]) -> Double {
    let largest = expected.map(abs).max() ?? 0
    let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    return largest > 0 ? difference / largest : difference
  }

  @Test("every golden file can be read")
  func files() {
    #expect(GoldenSINE.all.count == Fixture.goldenFiles("sine").count)
    #expect(!GoldenSINE.all.isEmpty)
  }

  @Test("the output vectors agree with RecBole", arguments: GoldenSINE.all, KernelSet.available)
  func outputs(golden: GoldenSINE, kernels: KernelSet) throws {
    let model = try loaded(golden, kernels)
    #expect(error(model.outputs(), golden.seq_output) < 1e-4)
  }

  @Test("the ranks follow RecBole's scores", arguments: GoldenSINE.all, KernelSet.available)
  func ranks(golden: GoldenSINE, kernels: KernelSet) throws {
    let model = try loaded(golden, kernels)
    var ranks: [Int32] = []
    var top: [Int32] = []
    model.sine.rank(top: 3, ranks: &ranks, topItems: &top)
    let items = golden.config.n_items
    for (e, target) in golden.pos_items.enumerated() {
      let scores = golden.scores[e * items..<(e + 1) * items].enumerated().dropFirst()
      let order = scores.sorted { $0.element > $1.element }.map { Int32($0.offset) }
      #expect(order.firstIndex(of: target) == Int(ranks[e]) - 1)
      #expect(Array(order.prefix(3)) == Array(top[e * 3..<e * 3 + 3]))
    }
  }

  @Test(
    "loss and every gradient agree with RecBole", arguments: GoldenSINE.all, KernelSet.available)
  func gradients(golden: GoldenSINE, kernels: KernelSet) throws {
    let model = try loaded(golden, kernels)
    let loss = model.sine.lossAndGradients()
    #expect(abs(loss / golden.steps[0].loss - 1) < 1e-5)
    let gradients = model.gradients()
    for (name, expected) in golden.gradients {
      let values = try #require(gradients[name])
      guard let expected else {
        #expect(values.allSatisfy { $0 == 0 }, "\(name) has no gradient in RecBole")
        continue
      }
      if let tolerance = Self.absoluteTolerances[name] {
        let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(difference < tolerance || error(values, expected) < 1e-4, "\(name)")
      } else {
        #expect(error(values, expected) < 1e-4, "\(name)")
      }
    }
  }

  @Test("three Adam steps agree with RecBole", arguments: GoldenSINE.all, KernelSet.available)
  func steps(golden: GoldenSINE, kernels: KernelSet) throws {
    let model = try loaded(golden, kernels)
    var training = TrainingConfiguration()
    training.learningRate = golden.config.learning_rate
    training.weightDecay = golden.config.weight_decay
    let parameters = model.sine.parameters
    var optimizer = Optimizer(
      training, parameterCount: parameters.buffer.count, kernels: kernels, first: AlignedBuffer(),
      second: AlignedBuffer())
    for step in golden.steps {
      let loss = model.sine.lossAndGradients()
      #expect(abs(loss / step.loss - 1) < 1e-4)
      model.sine.update(with: &optimizer)
    }
    let expected = try #require(golden.steps.last?.parameters)
    for tensor in ParameterTensor.allCases where tensor != .ln2Bias {
      let values = try #require(expected[tensor.rawValue])
      // Adam moves every number by about the learning rate, however small its gradient is. The last
      // bits of a gradient near zero decide the direction, so the tolerance is a part of the step.
      let worst = zip(parameters.values(tensor), values).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(worst < 0.02 * 3 * golden.config.learning_rate, "\(tensor.rawValue): \(worst)")
    }
  }
}
