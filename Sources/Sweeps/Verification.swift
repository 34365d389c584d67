import Literals
import Recommender
import Storage
import Trials

/// Trains a complete trial once more from its rows alone, and compares the figures.
///
///     let result = try Verification(sweep, trial, epochs: …, configuration: …, dataset: …).run(threads: 2)
package struct Verification {
  private let expected: TrialRecord
  private let epochs: [EpochReport]
  private let configuration: Configuration
  private let dataset: Dataset
  private let kernels: KernelSet

  /// - Parameter dataset: The data of the configuration. Throws if they are not the data of the sweep.
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

  /// Trains with the kernel set of the row if this machine has it, unless the user forces another one.
  ///
  /// - Parameter progress: Counts the batches, for a display.
  package func run(
    threads: Int, progress: TrainingProgress = TrainingProgress()
  ) throws -> VerificationResult {
    let isExact = kernels.name == expected.result?.kernels
    var comparison = Comparison(isExact: isExact)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
      kernels: kernels, team: .fixed(threads), progress: progress)
    do {
      // An exact training that goes on after the last epoch of the row differs, so it is paused there.
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

/// The result of a verification.
package struct VerificationResult: Sendable {
  package let trial: Int
  /// The kernel set that trained now.
  package let kernels: String
  /// The kernel set of the row; `unknown` if the row names none.
  package let expectedKernels: String
  package let comparison: Comparison

  package var isPassed: Bool { comparison.differences.isEmpty }
}
