import Foundation
import Literals
import Recommender
import Search
import Storage
import Tuning

/// Writes the epochs of a made-up trial into a results file, as a sweep does.
struct StoreBenchmark {
  private let folder: ScratchFolder
  private let recorder: SweepRecorder
  private let trial: Trial
  private let metrics: [Metric]
  private var epochs = 0

  /// Opens a new file in the folder, with a sweep and a running trial.
  init(
    in folder: ScratchFolder, evaluation: EvaluationConfiguration,
    durability: ResultsDatabase.Durability
  ) throws {
    self.folder = folder
    let parameters = Point([.init(name: "learning_rate", value: .real(0.001))])
    var description = SweepDescription(
      dataset: "bench", dataDigest: "", settings: [],
      space: [.init(name: "learning_rate", domain: .choice([.real(0.001)]))],
      spaceText: "learning_rate choice [0.001]", sampler: "grid", seed: 0,
      validMetric: "\(evaluation.validMetric)", biggerIsBetter: true,
      toolVersion: SineTune.version)
    description.metrics = evaluation.metricNames
    metrics = evaluation.metricNames.map { Metric(name: $0, value: 0.1) }
    let file = folder.url.appending(path: "\(durability).db").path
    recorder = try ResultsDatabase(path: file, durability: durability).openSweep(description)
    let first = try recorder.nextTrial { index in
      index == 0 ? TrialProposal(parameters: parameters, seed: 0) : nil
    }
    guard let first else { throw InvalidInput("the new results file already has a trial") }
    trial = first
    try recorder.record(.started(trial))
  }

  /// Rows that an epoch makes: its own and one for each metric.
  var rowsPerEpoch: Int { 1 + metrics.count }

  /// Records epochs for about that long and returns how many a second.
  mutating func epochsPerSecond(for duration: Duration) throws -> Double {
    let start = ContinuousClock.now
    var count = 0
    var time = Duration.zero
    while time < duration {
      try recorder.record(
        .epoch(
          trial,
          EpochReport(
            epoch: epochs, trainLoss: 1, trainSeconds: 1, evaluationSeconds: 1, validScore: 0.1,
            validMetrics: metrics)))
      epochs += 1
      count += 1
      time = .now - start
    }
    return Double(count) / (time / .seconds(1))
  }
}
