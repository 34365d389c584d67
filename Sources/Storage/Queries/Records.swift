import Trials

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
  package let direction: Direction
  package let plannedTrials: Int?
  /// Where the data lay when the sweep was last worked on; nil for a sweep of format 1.
  package let dataPath: String?
  /// The fixed configuration, sorted by name.
  package let settings: [SweepDescription.Setting]
  /// True if trials of one point differ in their seed because it is searched.
  package let searchesSeed: Bool
  package let counts: TrialCounts
  package let bestScore: Double?
  /// Nil if no budget of epochs ends the sweep.
  package let budget: EpochBudget?

  package init(
    name: String, created: String, model: String, dataset: String, dataDigest: String,
    space: String, sampler: String, seed: Int, validMetric: String, direction: Direction,
    plannedTrials: Int?, dataPath: String?, settings: [SweepDescription.Setting],
    searchesSeed: Bool, counts: TrialCounts, bestScore: Double?,
    budget: EpochBudget? = nil
  ) {
    self.name = name
    self.created = created
    self.model = model
    self.dataset = dataset
    self.dataDigest = dataDigest
    self.space = space
    self.sampler = sampler
    self.seed = seed
    self.validMetric = validMetric
    self.direction = direction
    self.plannedTrials = plannedTrials
    self.dataPath = dataPath
    self.settings = settings
    self.searchesSeed = searchesSeed
    self.counts = counts
    self.bestScore = bestScore
    self.budget = budget
  }
}

/// A trial as its readers see it.
package struct TrialRecord: Hashable, Sendable {
  package let trial: Trial
  package let state: TrialState
  package let failure: Failure?
  package let seconds: Double?
  /// The figures of its best epoch; nil before there is one.
  package let result: TrialResult?

  package struct Failure: Hashable, Sendable {
    package let reason: FailureReason
    package let message: String
  }

  package init(
    trial: Trial, state: TrialState, failure: Failure? = nil, seconds: Double? = nil,
    result: TrialResult?
  ) {
    self.trial = trial
    self.state = state
    self.failure = failure
    self.seconds = seconds
    self.result = result
  }
}
