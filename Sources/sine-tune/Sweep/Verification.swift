import Literals
import Recommender
import Search
import Storage
import Tuning

/// A finished trial that is trained once more, from what its row says alone.
struct Verification {
  private let number: Int
  private let expected: TrialRecord
  private let epochs: [EpochRecord]
  private let configuration: Configuration
  private let dataset: Dataset
  private let kernels: KernelSet

  /// Refuses data that are not those of the sweep.
  init(
    _ sweep: SweepRecord, _ trial: TrialRecord, epochs: [EpochRecord], dataPath: String,
    signals: SignalWatch
  ) throws {
    number = trial.number
    expected = trial
    self.epochs = epochs
    let fixed = sweep.settings.map { "--\($0.name)=\($0.value)" }
    let searched = Point(trial).entries.map { "--\($0.name)=\(Format.value($0.value))" }
    configuration = try ConfigurationTemplate(
      arguments: fixed + searched + ["--data_path=\(dataPath)"]
    ).configuration()
    try signals.fetch([configuration.data])
    dataset = try DatasetShelf().load([configuration.data], for: configuration)
    guard "\(dataset.digest)" == sweep.dataDigest else {
      throw InvalidInput(
        "the data are not those of '\(sweep.name)': their digest was \(sweep.dataDigest), "
          + "is \(dataset.digest)")
    }
    let selected = try KernelSet.selected()
    let own = trial.kernels.flatMap(KernelSet.init(named:))
    kernels = KernelSet.isForced() ? selected : own ?? selected
  }

  func run(threads: Int) throws -> Report {
    var comparison = Comparison(isExact: kernels.name == expected.kernels)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
      kernels: kernels, team: .fixed(threads))
    do {
      let end = try trainer.run(
        until: comparison.isExact ? epochs.count : nil, isCancelled: { false }
      ) { epoch in
        guard epoch.epoch < epochs.count else { return }
        comparison.compare(epochs[epoch.epoch], EpochReport(epoch))
      }
      switch end {
      case .complete(let result): comparison.compare(expected, TrialSummary(result))
      case .paused: comparison.end("there are more epochs than \(epochs.count)")
      case .cancelled: break
      }
    } catch let error as TrainingError {
      comparison.end("\(error)")
    }
    return Report(
      number: number, kernels: kernels.name, expectedKernels: expected.kernels ?? "unknown",
      comparison: comparison)
  }

  /// What came of it.
  struct Report {
    let number: Int
    let kernels: String
    let expectedKernels: String
    let comparison: Comparison

    var isPassed: Bool { comparison.differences.isEmpty }

    var lines: [String] {
      let head =
        "trial \(number): \(Format.count(comparison.epochs, "epoch")) with the kernels \(kernels)"
      guard isPassed else {
        return ["\(head): not the same"] + comparison.differences.map { "  \($0)" }
      }
      if comparison.isExact { return ["\(head): every figure is the same to the bit"] }
      return [
        "\(head), the row was made with \(expectedKernels): within the tolerance, losses by "
          + "\(Format.deviation(comparison.largestLoss)) of their size (at most "
          + "\(Comparison.lossTolerance)), metrics by "
          + "\(Format.deviation(comparison.largestMetric)) (at most \(Comparison.metricTolerance))"
      ]
    }
  }
}

extension Format {
  fileprivate static func deviation(_ value: Double) -> String { String(format: "%.1e", value) }
}
