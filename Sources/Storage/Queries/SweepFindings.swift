import Search
import Trials

/// What a sweep has found out, besides its best run.
package struct SweepFindings: Sendable {
  /// The mean score of fresh seeds of a point. No choice has used them, so that it is without bias.
  package struct Confirmation: Hashable, Sendable {
    package let point: Point
    package let seeds: [Int]
    package let mean: Double
    /// The standard error of the mean; nil for one seed.
    package let standardError: Double?

    /// - Precondition: There is at least one score.
    package init(point: Point, scores: [(seed: Int, score: Double)]) {
      precondition(!scores.isEmpty, "a mean needs a score")
      self.point = point
      seeds = scores.map(\.seed)
      let count = Double(scores.count)
      let mean = scores.reduce(0) { $0 + $1.score } / count
      let squares = scores.reduce(0) { $0 + ($1.score - mean) * ($1.score - mean) }
      self.mean = mean
      standardError =
        scores.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
    }
  }

  /// How many runs have ended so early that a late climb would not have been seen.
  package struct EarlyEnds: Hashable, Sendable {
    package let stoppingStep: Int
    /// Two patiences, in epochs.
    package let epochs: Int
    /// The complete runs.
    package let runs: Int
    /// The complete runs that had no more epochs than that.
    package let early: Int

    package init(stoppingStep: Int, epochs: Int, runs: Int, early: Int) {
      self.stoppingStep = stoppingStep
      self.epochs = epochs
      self.runs = runs
      self.early = early
    }
  }

  /// The configurations as the cell model compares them; nil if no run has a score.
  package let recommendation: Recommendation?
  /// The best complete run of the recommended configuration; nil if none is complete.
  package let run: TrialRecord?
  /// Nil if no run has ended, or if runs cannot have more epochs.
  package let earlyEnds: EarlyEnds?
  /// The points that fresh seeds have confirmed, those of the recommended point first.
  package let confirmations: [Confirmation]

  package init(
    recommendation: Recommendation?, run: TrialRecord?, earlyEnds: EarlyEnds?,
    confirmations: [Confirmation]
  ) {
    self.recommendation = recommendation
    self.run = run
    self.earlyEnds = earlyEnds
    self.confirmations = confirmations
  }
}
