import Search

/// One point of a sweep: its number (0-based, unique in the sweep), its parameters and its seed.
package struct Trial: Hashable, Sendable {
  package let number: Int
  package let parameters: TrialParameters
  package let seed: Int

  package init(number: Int, parameters: TrialParameters, seed: Int) {
    self.number = number
    self.parameters = parameters
    self.seed = seed
  }
}

/// A named figure of an evaluation, such as `mrr@10`.
package struct Metric: Hashable, Sendable {
  package let name: String
  package let value: Double

  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// What one epoch of a trial showed. Epochs count from 0, as RecBole prints them.
package struct EpochReport: Hashable, Sendable {
  package let epoch: Int
  /// The sum of the batch means of the loss, RecBole's `train loss`.
  package let trainLoss: Double
  /// Wall-clock seconds of the training part and of the evaluation.
  package let trainSeconds: Double
  package let evaluationSeconds: Double
  /// The valid metric of this epoch; nil where the epoch was not evaluated.
  package let validScore: Double?
  package let validMetrics: [Metric]

  package init(
    epoch: Int, trainLoss: Double, trainSeconds: Double, evaluationSeconds: Double,
    validScore: Double?, validMetrics: [Metric]
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.trainSeconds = trainSeconds
    self.evaluationSeconds = evaluationSeconds
    self.validScore = validScore
    self.validMetrics = validMetrics
  }
}

/// What a finished trial leaves behind.
package struct TrialSummary: Hashable, Sendable {
  package let bestEpoch: Int
  /// Epochs trained.
  package let epochs: Int
  package let validScore: Double?
  package let validMetrics: [Metric]
  package let testMetrics: [Metric]
  /// The kernel set that made the numbers, such as `avx512`.
  package let kernels: String

  package init(
    bestEpoch: Int, epochs: Int, validScore: Double?, validMetrics: [Metric],
    testMetrics: [Metric], kernels: String
  ) {
    self.bestEpoch = bestEpoch
    self.epochs = epochs
    self.validScore = validScore
    self.validMetrics = validMetrics
    self.testMetrics = testMetrics
    self.kernels = kernels
  }
}

/// Why a trial failed.
package enum FailureReason: String, Hashable, Sendable, CaseIterable {
  case diverged
  case outOfMemory = "out_of_memory"
  case timedOut = "timed_out"
  case invalidConfig = "invalid_config"
  case crashed
}

/// How an attempt at a trial ended.
package enum TrialOutcome: Hashable, Sendable {
  case complete(TrialSummary)
  /// Stopped by a pruning rule after the given number of epochs.
  case pruned(epochs: Int)
  case failed(FailureReason, message: String)
  /// Stopped from outside before its end; the trial is to be run again.
  case interrupted
}

/// A change in the state of a sweep, in the order in which it happened.
package enum TrialEvent: Sendable {
  case started(Trial)
  case epoch(Trial, EpochReport)
  case ended(Trial, TrialOutcome)
}
