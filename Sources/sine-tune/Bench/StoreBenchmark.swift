import Foundation
import Literals
import Recommender
import Search
import Storage
import Sweeps
import Trials
import Tuning

/// Writes the epochs of a made-up trial into a results file, as a sweep does.
struct StoreBenchmark {
  private let folder: ScratchFolder
  private let sweep: StoredSweep
  private let claim: Claim
  private let metrics: [Metric]
  private var epochs = 0

  /// Makes a new results file in a folder, with a sweep and a running trial.
  init(
    in folder: ScratchFolder, evaluation: EvaluationConfiguration,
    durability: ResultsDatabase.Durability
  ) throws {
    self.folder = folder
    let value = Literal.real(0.001)
    var description = SweepDescription(
      dataset: "bench", dataDigest: "", settings: [],
      space: SearchSpace([.init(name: "learning_rate", domain: .choice([value]))]),
      samplerSeed: 0, validMetric: "\(evaluation.validMetric)", direction: .maximize,
      toolVersion: SineTune.version)
    description.metrics = evaluation.metricNames
    metrics = evaluation.metricNames.map { Metric(name: $0, value: 0.1) }
    let file = folder.url.appending(path: "\(durability).db").path
    sweep = try ResultsDatabase(path: file, durability: durability).openSweep(description)
    let point = Point([.init(name: "learning_rate", value: value)])
    let decision = Decision(number: 0, trial: Trial(number: 0, point: point, seed: 0))
    guard let claim = try sweep.begin(decision, except: []).claim else {
      throw InvalidInput("the new results file already has a trial")
    }
    self.claim = claim
  }

  /// The number of rows of an epoch: its own row and one for each metric.
  var rowsPerEpoch: Int { 1 + metrics.count }

  /// Records epochs for about a duration, and returns the epochs a second.
  mutating func epochsPerSecond(for duration: Duration) throws -> Double {
    let start = ContinuousClock.now
    var count = 0
    var time = Duration.zero
    while time < duration {
      let report = EpochReport(
        epoch: epochs, trainLoss: 1, trainSeconds: 1, evaluationSeconds: 1, validScore: 0.1,
        unroundedScore: 0.1, validMetrics: metrics)
      try sweep.record(report, of: claim)
      epochs += 1
      count += 1
      time = .now - start
    }
    return Double(count) / (time / .seconds(1))
  }
}
