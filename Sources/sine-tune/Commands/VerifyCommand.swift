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
    usage: "sine-tune verify [<trial> ...] [<options>]",
    discussion: HelpText.wrapped(
      """
      Nothing is written. On a CPU with the kernels that made the row, every figure has to be the \
      same to the bit; with others, losses may differ by a hundredth of their size and metrics by \
      0.05, and the trials may end at different epochs.

      EXAMPLES
        sine-tune verify
            The best trial of the sweep that was worked on last.
        sine-tune verify 3 17 --sweep ml-100k-1
      """))

  @Argument(help: ArgumentHelp("Numbers of trials (default: the best one).", valueName: "trial"))
  var trials: [Int] = []

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the one worked on last).", valueName: "name"))
  var sweep: String?

  @Option(
    name: .customLong("data_path"),
    help: ArgumentHelp(
      "The folder of the data sets (default: the one that the sweep used last).",
      valueName: "folder"))
  var dataPath: String?

  @OptionGroup var threadOption: ThreadOption

  @OptionGroup var progress: ProgressOptions

  func run() throws {
    try Failure.reported {
      progress.apply()
      let signals = SignalWatch()
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      let recorded = try chosen(record, results).map { trial in
        (trial, epochs: try results.epochs(of: record.name, trial: trial.trial.number))
      }
      // Training takes long, and a sweep that ends meanwhile leaves the file as others can read it only
      // if nobody has it open.
      try results.close()
      var areEqual = true
      for (trial, epochs) in recorded {
        let configuration = try record.configuration(of: trial.trial, dataPath: dataPath)
        let verification = try Verification(
          record, trial, epochs: epochs, configuration: configuration,
          dataset: signals.load(configuration))
        Console.progress("training trial \(trial.trial.number) of \(record.name) again")
        let display = TrainingDisplay()
        let result = try display.closing {
          try verification.run(
            threads: threadOption.threads ?? CoreShare.cores, progress: display.progress)
        }
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
          "trial \(number) of '\(record.name)' is \(trial.state.word); "
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
