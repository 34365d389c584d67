import Literals
import Recommender
import Storage
import Trials

/// A finished trial that is trained once more, from what its row says alone.
package struct Verification {
  private let expected: TrialRecord
  private let epochs: [EpochReport]
  private let configuration: Configuration
  private let dataset: Dataset
  private let kernels: KernelSet

  /// - Parameter dataset: The data of the trial's configuration. Other data than the sweep's are
  ///   refused.
  package init(
    _ sweep: SweepRecord, _ trial: TrialRecord, epochs: [EpochReport],
    configuration: Configuration, dataset: Dataset
  ) throws {
    guard "\(dataset.digest)" == sweep.dataDigest else {
      throw InvalidInput(
        "the data are not those of '\(sweep.name)': their digest was \(sweep.dataDigest), "
          + "is \(dataset.digest)")
    }
    expected = trial
    self.epochs = epochs
    self.configuration = configuration
    self.dataset = dataset
    let selected = try KernelSet.selected()
    let own = (trial.result?.kernels).flatMap(KernelSet.init(named:))
    kernels = KernelSet.isForced() ? selected : own ?? selected
  }

  package func run(threads: Int) throws -> VerificationResult {
    let isExact = kernels.name == expected.result?.kernels
    var comparison = Comparison(isExact: isExact)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
      kernels: kernels, team: .fixed(threads))
    do {
      // Training that goes on where the row has ended is stopped there: it differs anyway.
      let end = try trainer.run(
        until: isExact ? epochs.count : nil, isCancelled: { false }
      ) { epoch in
        if epoch.epoch < epochs.count { comparison.compare(epochs[epoch.epoch], epoch) }
      }
      switch end {
      case .complete(let result): comparison.compare(expected, result)
      case .paused: comparison.end("there are more epochs than \(epochs.count)")
      case .cancelled: break
      }
    } catch let error as TrainingError {
      comparison.end("\(error)")
    }
    return VerificationResult(
      trial: expected.trial.number, kernels: kernels.name,
      expectedKernels: expected.result?.kernels ?? "unknown", comparison: comparison)
  }
}

/// What came of a verification.
package struct VerificationResult: Sendable {
  package let trial: Int
  package let kernels: String
  package let expectedKernels: String
  package let comparison: Comparison

  package var isPassed: Bool { comparison.differences.isEmpty }
}
