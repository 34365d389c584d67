import ArgumentParser
import Literals
import Recommender
import Storage

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
      guard let trial = try results.bestTrial(of: record.name).flatMap(SweepReport.Ranked.init)
      else {
        throw InvalidInput("no trial of '\(record.name)' is complete yet")
      }
      switch format {
      case .table:
        try Console.result(
          ["sweep \(record.name)"] + SweepReport.lines(trial, metric: record.validMetric))
      case .json: try Console.result(JSONReport.text(trial.json))
      case .yaml: try Console.result(yaml(record, trial))
      }
    }
  }

  /// The sweep's configuration with the trial's parameters, as RecBole reads it.
  private func yaml(_ record: SweepRecord, _ trial: SweepReport.Ranked) throws -> String {
    let fixed = record.settings.map { "--\($0.name)=\($0.value)" }
    let searched = trial.parameters.entries.map { "--\($0.name)=\(Format.value($0.value))" }
    let template = try ConfigurationTemplate(arguments: fixed + searched)
    let text = try template.configuration().recBoleYAML()
    let score = Format.score(trial.validScore)
    return """
      # Trial \(trial.number) of sweep \(record.name): \(record.validMetric) \(score) at epoch \
      \(trial.bestEpoch).
      \(text)
      """.trimmingLineEnds
  }
}

extension String {
  fileprivate var trimmingLineEnds: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
