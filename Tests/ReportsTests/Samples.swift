import Literals
import Storage
import Trials

/// Made-up trials and sweeps.
enum Sample {
  static let names = ["learning_rate", "prototype_size", "interest_size"]

  static func trial(
    _ number: Int, rate: Double = 0.001, prototypes: Int = 50, interests: Int = 4
  ) -> Trial {
    let values: [Literal] = [.real(rate), .integer(prototypes), .integer(interests)]
    return Trial(
      number: number,
      point: Point(zip(names, values).map { Point.Entry(name: $0, value: $1) }), seed: 2020)
  }

  static func record(
    _ trial: Trial, score: Double?, bestEpoch: Int, epochs: Int, valid: [Metric], test: [Metric]
  ) -> TrialRecord {
    TrialRecord(
      trial: trial, state: .complete,
      result: TrialResult(
        bestEpoch: bestEpoch, epochs: epochs, validScore: score, unroundedScore: score,
        validMetrics: valid, testMetrics: test, kernels: "generic"))
  }

  static func sweep(
    direction: Direction = .maximize, planned: Int, counts: TrialCounts,
    searchesSeed: Bool = false
  ) -> SweepRecord {
    SweepRecord(
      name: "it's-1", created: "2024-05-01 12:00:00.000", model: "SINE", dataset: "ml-100k",
      dataDigest: "d", space: "", sampler: "grid", seed: 2020, validMetric: "mrr@10",
      direction: direction, plannedTrials: planned, dataPath: nil, settings: [],
      searchesSeed: searchesSeed, counts: counts, bestScore: nil)
  }
}
