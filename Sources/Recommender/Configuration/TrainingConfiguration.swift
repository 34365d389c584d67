/// How a trial is trained: optimiser, batches, epochs, early stopping.
package struct TrainingConfiguration: Hashable, Sendable {
  package enum Learner: String, Hashable, Sendable, CaseIterable {
    case adam, adamw, sgd, adagrad, rmsprop
  }

  /// RecBole's `clip_grad_norm`: gradients are scaled so that their joint norm is at most `maxNorm`.
  package struct GradientClipping: Hashable, Sendable {
    package var maxNorm: Double
    /// The p of the p-norm; infinity for the largest absolute value.
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
  /// RecBole's `train_neg_sample_args.sample_num`; nil where `train_neg_sample_args` is None.
  /// A batch holds `max(trainBatchSize / n, 1)` examples, each repeated n times.
  package var negativeSampleCount: Int? = 1
  package var shuffle = true
  /// Epochs between two evaluations; 0 or less: never.
  package var evalStep = 1
  /// Evaluations without gain that are tolerated before training stops.
  package var stoppingStep = 10

  package init() {}
}
