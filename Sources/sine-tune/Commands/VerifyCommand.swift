import ArgumentParser
import Foundation
import Literals
import Recommender
import Reports
import Storage
import Sweeps

/// `sine-tune verify`: trains finished trials again and compares what comes out.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    _superCommandName: SineTune.name,
    abstract: "Trains finished trials again from their rows, and compares every epoch.",
    discussion: """
      Nothing is written. On a CPU with the kernels that made the row, every figure has to be the \
      same to the bit; with others, losses may differ by a hundredth of their size and metrics by \
      0.05, and the trials may end at different epochs.

      EXAMPLES
        sine-tune verify
            The best trial of the last sweep.
        sine-tune verify 3 17 --sweep ml-100k-1
      """)

  @Argument(help: ArgumentHelp("Numbers of trials (default: the best one).", valueName: "trial"))
  var trials: [Int] = []

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the last one begun).", valueName: "name"))
  var sweep: String?

  @Option(
    name: .customLong("data_path"),
    help: ArgumentHelp("The folder of the data sets.", valueName: "folder"))
  var dataPath = DataConfiguration().dataPath

  @OptionGroup var threadOption: ThreadOption

  func run() throws {
    try Failure.reported {
      let signals = SignalWatch()
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      var areEqual = true
      for trial in try chosen(record, results) {
        let configuration = try record.configuration(of: trial.trial, dataPath: dataPath)
        let verification = try Verification(
          record, trial, epochs: results.epochs(of: record.name, trial: trial.trial.number),
          configuration: configuration, dataset: signals.load(configuration))
        Console.progress("training trial \(trial.trial.number) of \(record.name) again")
        let result = try verification.run(threads: threadOption.threads ?? CoreShare.cores)
        try Console.result(lines(result))
        areEqual = areEqual && result.isPassed
      }
      if !areEqual { throw ExitCode.failure }
    }
  }

  private func chosen(_ record: SweepRecord, _ results: ResultsDatabase) throws -> [TrialRecord] {
    if trials.isEmpty {
      guard let best = try results.bestTrial(of: record.name) else {
        throw InvalidInput("no trial of '\(record.name)' is complete and has a score")
      }
      return [best]
    }
    return try trials.map { number in
      guard let trial = try results.trial(number, of: record.name) else {
        throw InvalidInput("'\(record.name)' has no trial \(number)")
      }
      guard trial.state == .complete else {
        throw InvalidInput(
          "trial \(number) of '\(record.name)' is \(trial.state.rawValue); "
            + "only a complete one can be verified")
      }
      return trial
    }
  }

  private func lines(_ result: VerificationResult) -> [String] {
    let comparison = result.comparison
    let head =
      "trial \(result.trial): \(Format.count(comparison.epochs, "epoch")) with the kernels "
      + result.kernels
    guard result.isPassed else {
      return ["\(head): not the same"] + comparison.differences.map { "  \($0)" }
    }
    if comparison.isExact { return ["\(head): every figure is the same to the bit"] }
    func deviation(_ value: Double) -> String { String(format: "%.1e", value) }
    return [
      "\(head), the row was made with \(result.expectedKernels): within the tolerance, losses by "
        + "\(deviation(comparison.largestLoss)) of their size (at most "
        + "\(Comparison.lossTolerance)), metrics by "
        + "\(deviation(comparison.largestMetric)) (at most \(Comparison.metricTolerance))"
    ]
  }
}
