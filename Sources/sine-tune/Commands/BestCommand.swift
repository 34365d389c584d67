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
    usage: "sine-tune best [<options>]",
    discussion: HelpText.wrapped(
      """
      The best trial is chosen by validation; its test metrics are shown with it.

      EXAMPLES
        sine-tune best
        sine-tune best --sweep ml-100k-1 --format json
        sine-tune best --trial 7
        sine-tune best --format yaml > best.yaml
            A file for 'sine-tune train --config_files best.yaml', in any folder.
            In RecBole it needs the data set's name, or RecBole trains on ml-100k:
            run_recbole.py --model SINE --dataset NAME --config_files best.yaml
      """))

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the one worked on last).", valueName: "name"))
  var sweep: String?

  @Option(help: ArgumentHelp("The number of another trial than the best one.", valueName: "number"))
  var trial: Int?

  @Option(help: "How the trial is written to standard output; yaml is a RecBole file.")
  var format = BestFormat.table

  func run() throws {
    try Failure.reported {
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      let chosen = try chosen(record, results)
      let note = trial == nil ? TrialReport.note(on: record.counts) : nil
      if format != .table, let note { Console.progress("note: \(note)") }
      switch format {
      case .table:
        try Console.result(
          ["sweep \(record.name)"]
            + TrialReport.lines(
              try complete(chosen, of: record), title: trial == nil ? "best trial" : "trial",
              metric: record.validMetric, searchesSeed: record.searchesSeed)
            + [note].compactMap { $0.map { "  " + $0 } })
      case .json:
        try Console.result(
          JSONReport.text(TrialJSON(try complete(chosen, of: record), of: record)))
      case .yaml:
        let text = try record.configuration(of: chosen.trial).recBoleYAML()
        let lines = comment(on: chosen, of: record).map(\.printable) + [text.trimmingLineEnds]
        try Console.result(lines.joined(separator: "\n"))
      }
    }
  }

  private func chosen(_ record: SweepRecord, _ results: ResultsDatabase) throws -> TrialRecord {
    if let trial {
      guard let chosen = try results.trial(trial, of: record.name) else {
        throw InvalidInput("'\(record.name)' has no trial \(trial)")
      }
      return chosen
    }
    guard let best = try results.bestTrial(of: record.name) else {
      throw InvalidInput(
        record.counts.complete > 0
          ? "no trial of '\(record.name)' has a score: none was evaluated by validation"
          : "no trial of '\(record.name)' is complete yet")
    }
    return best
  }

  /// Returns a trial that has figures to show.
  private func complete(_ record: TrialRecord, of sweep: SweepRecord) throws -> TrialRecord {
    guard record.result != nil else {
      throw InvalidInput(
        "trial \(record.trial.number) of '\(sweep.name)' is \(record.state.rawValue) and has no "
          + "figures to show; --format yaml writes its configuration")
    }
    return record
  }

  private func comment(on record: TrialRecord, of sweep: SweepRecord) -> [String] {
    let score =
      record.result.map {
        "\(sweep.validMetric) \(Format.score($0.validScore)) at epoch \($0.bestEpoch)"
      } ?? record.state.rawValue
    return [
      "# Trial \(record.trial.number) of sweep \(sweep.name): \(score).",
      "# RecBole: " + NextCommands.recBole(sweep.dataset, file: "FILE"),
    ]
  }
}

extension String {
  fileprivate var trimmingLineEnds: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
