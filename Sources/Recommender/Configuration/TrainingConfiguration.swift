import Literals

/// The settings of training: optimiser, batches, epochs, early stopping.
package struct TrainingConfiguration: Hashable, Sendable {
  package enum Learner: String, Hashable, Sendable, CaseIterable {
    case adam, adamw, sgd, adagrad, rmsprop

    /// The number of moments that the learner keeps for each parameter.
    package var momentCount: Int {
      switch self {
      case .adam, .adamw: 2
      case .adagrad, .rmsprop: 1
      case .sgd: 0
      }
    }
  }

  /// RecBole's `clip_grad_norm`, which scales the gradients so that their joint norm is at most
  /// `maxNorm`.
  package struct GradientClipping: Hashable, Sendable {
    package var maxNorm: Double
    /// The p of the p-norm. Infinity means the largest absolute value.
    package var normType: Double

    package init(maxNorm: Double, normType: Double = 2) {
      self.maxNorm = maxNorm
      self.normType = normType
    }
  }

  package var seed = 2020
  package var epochs = 300
  package var trainBatchSize = 2048
  package var learner = Learner.adam
  package var learningRate = 0.001
  package var weightDecay = 0.0
  package var gradientClipping: GradientClipping?
  /// The number n of negatives for each example, nil if no negatives are drawn.
  ///
  /// A batch holds `max(trainBatchSize / n, 1)` examples and repeats each example n times.
  package var negativeSampleCount: Int? = 1
  package var shuffle = true
  /// The number of epochs between two evaluations. If it is 0 or less, there is no evaluation.
  package var evalStep = 1
  /// The most evaluations in a row without a gain. One more stops the training.
  package var stoppingStep = 10

  package init() {}
}

extension ConfigurationKey {
  static let trainingKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "seed", .integer(0...4_294_967_295), \.training.seed,
      "seed of initialisation, shuffling and negative sampling"),
    ConfigurationKey(
      "epochs", .integer(1...1_000_000), \.training.epochs, "most epochs of a trial"),
    ConfigurationKey(
      "train_batch_size", .integer(1...2_147_483_647), \.training.trainBatchSize,
      "examples in a batch"),
    ConfigurationKey(
      "learner", .learner, \.training.learner,
      "optimiser: " + TrainingConfiguration.Learner.allCases.map(\.rawValue).joined(separator: ", ")
    ),
    ConfigurationKey(
      "learning_rate", .positive, \.training.learningRate, "step size of the optimiser"),
    ConfigurationKey(
      "weight_decay", .nonNegative, \.training.weightDecay, "L2 penalty of the optimiser"),
    ConfigurationKey(
      "clip_grad_norm", .optional(.gradientClipping), \.training.gradientClipping,
      "None, or {'max_norm': 5, 'norm_type': 2}: bounds the joint norm of the gradients"),
    ConfigurationKey(
      "train_neg_sample_args", .negativeSampleCount, \.training.negativeSampleCount,
      "None, or {'distribution': 'uniform', 'sample_num': 1}: negatives for each example",
      default: .dictionary(NegativeSampling.defaults)),
    ConfigurationKey(
      "shuffle", .bool, \.training.shuffle, "shuffles the examples before each epoch"),
    ConfigurationKey(
      "eval_step", .integer(.min ... .max), \.training.evalStep,
      "epochs between two evaluations; 0 or less for none"),
    ConfigurationKey(
      "stopping_step", .integer(0 ... .max), \.training.stoppingStep,
      "evaluations without gain before training stops"),
  ]
}

extension ValueKind where Value == TrainingConfiguration.Learner {
  fileprivate static let learner = ValueKind(
    word.phrase,
    read: { literal throws(ValueProblem) in
      guard case .string(let text) = literal else { return try word.read(part: literal) }
      return try word.read(part: .string(text.lowercased()))
    }, write: word.write)
}

extension ValueKind where Value == TrainingConfiguration.GradientClipping {
  fileprivate static let gradientClipping = ValueKind(
    "a dictionary such as {'max_norm': 5, 'norm_type': 2}",
    read: { literal throws(ValueProblem) in
      guard case .dictionary(let entries) = literal else {
        throw .otherKind("found \(literal.excerpt)")
      }
      try entries.refuseEntries(besides: ["max_norm", "norm_type"])
      guard let maxNorm = entries["max_norm"] else {
        throw .rule("needs 'max_norm', found \(literal.excerpt)")
      }
      var clipping = Value(
        maxNorm: try ValueKind<Double>.positive.read(part: maxNorm, named: "max_norm"))
      if let normType = entries["norm_type"] {
        clipping.normType = try ValueKind<Double>.normType.read(part: normType, named: "norm_type")
      }
      return clipping
    },
    write: { clipping in
      .dictionary([
        "max_norm": .real(clipping.maxNorm),
        "norm_type": ValueKind<Double>.normType.write(clipping.normType),
      ])
    })
}

extension ValueKind where Value == Double {
  /// The p of a p-norm: a number, or the string 'inf' that torch takes for infinity.
  ///
  /// Infinity is written as the string, because no Python literal stands for infinity.
  fileprivate static let normType = ValueKind(
    "a number above 0",
    read: { literal throws(ValueProblem) in
      if case .string(let text) = literal, text.lowercased() == "inf" { return .infinity }
      guard let p = literal.number, p > 0 else { throw .otherKind("found \(literal.excerpt)") }
      return p
    }, write: { $0.isInfinite ? .string("inf") : .real($0) })
}
