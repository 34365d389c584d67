import Tuning

/// A sweep as its readers see it.
package struct SweepRecord: Hashable, Sendable {
  package let name: String
  /// UTC, `2024-05-01 12:00:00.000`.
  package let created: String
  package let model: String
  package let dataset: String
  package let dataDigest: String
  package let space: String
  package let sampler: String
  package let seed: Int
  package let validMetric: String
  package let biggerIsBetter: Bool
  package let plannedTrials: Int?
  /// The fixed configuration, sorted by name.
  package let settings: [SweepDescription.Setting]
  package let counts: TrialCounts
  package let bestScore: Double?
}

/// A trial as its readers see it.
package struct TrialRecord: Hashable, Sendable {
  /// A searched parameter and its value as a Python literal.
  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let text: String
  }

  package let number: Int
  package let state: TrialState
  package let seed: Int
  /// In the order of the space.
  package let parameters: [Parameter]
  package let reason: FailureReason?
  package let message: String?
  package let validScore: Double?
  package let bestEpoch: Int?
  package let epochs: Int?
  package let seconds: Double?
  package let kernels: String?
  /// At the best epoch, in the order in which the trial reported them.
  package let validMetrics: [Metric]
  package let testMetrics: [Metric]
}

/// An epoch of a trial as its readers see it; a figure that was NaN is nil.
package struct EpochRecord: Hashable, Sendable {
  package let number: Int
  package let trainLoss: Double?
  package let trainSeconds: Double?
  package let evaluationSeconds: Double?
  package let validScore: Double?
  package let validMetrics: [Metric]
}
