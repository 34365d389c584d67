/// A point with a training seed. Trials are numbered from 0 in the order of their first decisions.
package struct Trial: Hashable, Sendable, Codable {
  package let number: Int
  package let point: Point
  package let seed: Int

  package init(number: Int, point: Point, seed: Int) {
    self.number = number
    self.point = point
    self.seed = seed
  }
}

/// The figures of the best epoch of a complete or a paused trial.
package struct TrialResult: Hashable, Sendable, Codable {
  /// The number of the best epoch, counted from 0; the last one if no epoch has a score.
  package let bestEpoch: Int
  /// The number of trained epochs.
  package let epochs: Int
  /// The valid metric of the best epoch, rounded as RecBole rounds it; nil if no epoch was evaluated.
  package let validScore: Double?
  /// The valid score before rounding, for reports only: no decision uses it.
  package let unroundedScore: Double?
  /// The validation metrics of the best epoch, in the order of the configuration.
  package let validMetrics: [Metric]
  /// The test metrics of the best epoch; empty if the trial is paused.
  package let testMetrics: [Metric]
  /// The kernel set that computed the trial, such as `avx512`. A trial that went on with another set
  /// after a pause names both, such as `avx512+avx2`.
  package let kernels: String

  package init(
    bestEpoch: Int, epochs: Int, validScore: Double?, unroundedScore: Double?,
    validMetrics: [Metric], testMetrics: [Metric], kernels: String
  ) {
    self.bestEpoch = bestEpoch
    self.epochs = epochs
    self.validScore = validScore
    self.unroundedScore = unroundedScore
    self.validMetrics = validMetrics
    self.testMetrics = testMetrics
    self.kernels = kernels
  }
}

/// Why a trial failed.
package enum FailureReason: String, Hashable, Sendable, CaseIterable, Codable {
  case diverged
  case outOfMemory = "out_of_memory"
  case timedOut = "timed_out"
  case invalidConfig = "invalid_config"
  case crashed
}
