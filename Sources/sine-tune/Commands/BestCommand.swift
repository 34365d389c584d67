import ArgumentParser
import Literals
import Recommender
import Reports
import Storage
import Sweeps

/// `sine-tune best`: the best trial of a sweep, by validation.
struct BestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best",
    _superCommandName: SineTune.name,
    abstract: "Shows the best trial of a sweep, or writes it as a configuration file.",
    discussion: """
      The best trial is chosen by validation; its test metrics are shown with it.

      EXAMPLES
        sine-tune best
        sine-tune best --sweep ml-100k-1 --format json
        sine-tune best --format yaml > best.yaml
            A file for 'sine-tune train --config_files best.yaml' and for RecBole's
            'run_recbole.py --model SINE --config_files best.yaml'.
      """)

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the last one begun).", valueName: "name"))
  var sweep: String?

  @Option(help: "How the trial is written to standard output; yaml is a RecBole file.")
  var format = BestFormat.table

  func run() throws {
    try Failure.reported {
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      guard let best = try results.bestTrial(of: record.name), let result = best.result else {
        throw InvalidInput(
          record.counts.complete > 0
            ? "no trial of '\(record.name)' has a score: none was evaluated by validation"
            : "no trial of '\(record.name)' is complete yet")
      }
      switch format {
      case .table:
        try Console.result(
          ["sweep \(record.name)"]
            + TrialReport.lines(
              best: best, metric: record.validMetric, searchesSeed: record.searchesSeed))
      case .json:
        try Console.result(
          JSONReport.text(TrialJSON(best, searchesSeed: record.searchesSeed)))
      case .yaml:
        let text = try record.configuration(of: best.trial, dataPath: DataConfiguration().dataPath)
          .recBoleYAML()
        try Console.result(
          """
          # Trial \(best.trial.number) of sweep \(record.name.printable): \(record.validMetric) \
          \(Format.score(result.validScore)) at epoch \(result.bestEpoch).
          \(text)
          """.trimmingLineEnds)
      }
    }
  }
}

extension String {
  fileprivate var trimmingLineEnds: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
