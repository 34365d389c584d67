import Foundation
import TestSupport
import Testing

@testable import Recommender

/// Compares the optimisers with torch, with weight decay and clipping, on every case of
/// `golden/learners`.
@Suite struct OptimizerTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    struct Clipping: Decodable, Sendable {
      let max_norm: Double
      let norm_type: Double
    }
    let learner: String
    let learning_rate: Double
    let weight_decay: Double
    let clip_grad_norm: Clipping?
    let initial: [[Double]]
    let gradients: [[[Double]]]
    let parameters_after_step: [[[Double]]]

    var testDescription: String {
      "\(learner) lr=\(learning_rate) wd=\(weight_decay) clip=\(clip_grad_norm?.max_norm ?? 0)"
    }

    static let all: [Golden] = Fixture.goldenFiles("learners").flatMap { url in
      (try? JSONDecoder().decode([Golden].self, from: Data(contentsOf: url))) ?? []
    }
  }

  @Test("every learner keeps the moments of its update rule")
  func moments() {
    let counts = TrainingConfiguration.Learner.allCases.map(\.momentCount)
    #expect(counts == [2, 2, 0, 1, 1])
  }

  @Test("there are golden cases for every learner")
  func cases() {
    let names = TrainingConfiguration.Learner.allCases.map(\.rawValue)
    #expect(Set(Golden.all.map(\.learner)) == Set(names))
  }

  @Test("five steps agree with torch", arguments: Golden.all, KernelSet.available)
  func steps(golden: Golden, kernels: KernelSet) throws {
    var training = TrainingConfiguration()
    training.learner = try #require(.init(rawValue: golden.learner))
    training.learningRate = golden.learning_rate
    training.weightDecay = golden.weight_decay
    training.gradientClipping = golden.clip_grad_norm.map {
      .init(maxNorm: $0.max_norm, normType: $0.norm_type)
    }
    // The ten numbers of a case lie in w2 of a model that is wide enough.
    let shape = SINEShape(width: 10, prototypes: 1, interests: 1, items: 2, positions: 1)
    let parameters = ParameterSet(shape)
    let gradients = ParameterSet(shape)
    parameters.set(.w2, to: golden.initial.joined().map(Float.init))
    var optimizer = Optimizer(
      training, parameterCount: parameters.buffer.count, kernels: kernels, first: AlignedBuffer(),
      second: AlignedBuffer())
    for (gradient, expected) in zip(golden.gradients, golden.parameters_after_step) {
      gradients.set(.w2, to: gradient.joined().map(Float.init))
      optimizer.update(parameters, with: gradients)
      for (value, reference) in zip(parameters.values(.w2), expected.joined()) {
        #expect(abs(Double(value) - reference) < 1e-6 + 1e-5 * abs(reference))
      }
    }
  }
}
