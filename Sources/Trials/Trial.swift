/// One point with one training seed. Trials are numbered from 0 in the order of their first decisions.
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

/// The figures of a trial's best epoch, after its last epoch or after as many as it has trained.
package struct TrialResult: Hashable, Sendable, Codable {
  package let bestEpoch: Int
  /// Epochs trained.
  package let epochs: Int
  /// The valid metric of the best epoch, rounded as RecBole rounds it; nil if no epoch was evaluated.
  package let validScore: Double?
  /// The same figure before rounding. It decides nothing.
  package let unroundedScore: Double?
  package let validMetrics: [Metric]
  /// Empty until the trial is complete: a paused trial is not tested.
  package let testMetrics: [Metric]
  /// The kernel set that made the numbers, such as `avx512`, or several sets, such as `avx512+avx2`.
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
