import ArgumentParser
import Literals
import Recommender
import Reports
import Storage
import Sweeps
import Trials

/// `sine-tune best`: the recommended configuration of a sweep and its best model.
struct BestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best",
    _superCommandName: SineTune.name,
    abstract: "Shows the best configuration of a sweep and its best model, or writes a file.",
    usage: "sine-tune best [<options>]",
    discussion: HelpText.wrapped(
      """
      The seed of a training decides more than most parameters, so there are two answers: the \
      configuration whose runs are expected to score best with any seed, and the one run with the \
      best score by validation, which is the model to hand out. --by run gives only the latter, as \
      RecBole does.

      EXAMPLES
        sine-tune best
        sine-tune best --sweep ml-100k-1 --format json
        sine-tune best --trial 7
        sine-tune best --format yaml > best.yaml
            The recommended configuration as a file for 'sine-tune train --config_files \
      best.yaml', in any folder; with --by run that of the best run.
            In RecBole it needs the data set's name, or RecBole trains on ml-100k:
            run_recbole.py --model SINE --dataset NAME --config_files best.yaml
      """))

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the one worked on last).", valueName: "name"))
  var sweep: String?

  @Option(
    help: "What is best: a configuration, with any seed, and the best model beside it; or a run.")
  var by = BestKind.configuration

  @Option(
    help: ArgumentHelp("The number of another run than the best one.", valueName: "number"))
  var trial: Int?

  @Option(help: "How it is written to standard output; yaml is a RecBole file.")
  var format = BestFormat.table

  func run() throws {
    try Failure.reported {
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      let run =
        try trial.map { try self.run($0, of: record, in: results) } ?? bestRun(record, results)
      if by == .run || trial != nil {
        try show(run ?? missing(of: record), of: record)
      } else {
        let findings = try SweepFindings(of: record, in: results)
        guard findings.recommendation != nil || run != nil else { throw missingScores(of: record) }
        try show(findings, run, of: record)
      }
    }
  }

  // MARK: - A run

  private func show(_ chosen: TrialRecord, of record: SweepRecord) throws {
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
      try write(chosen.trial, of: record, comment: comment(on: chosen, of: record))
    }
  }

  private func run(
    _ number: Int, of record: SweepRecord, in results: ResultsDatabase
  ) throws -> TrialRecord {
    guard let chosen = try results.trial(number, of: record.name) else {
      throw InvalidInput("'\(record.name)' has no trial \(number)")
    }
    return chosen
  }

  private func bestRun(_ record: SweepRecord, _ results: ResultsDatabase) throws -> TrialRecord? {
    try results.bestTrial(of: record.name)
  }

  private func missing(of record: SweepRecord) throws -> TrialRecord {
    throw missingScores(of: record)
  }

  private func missingScores(of record: SweepRecord) -> InvalidInput {
    InvalidInput(
      record.counts.complete > 0
        ? "no trial of '\(record.name)' has a score: none was evaluated by validation"
        : "no trial of '\(record.name)' is complete yet")
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

  private func comment(on record: TrialRecord, of sweep: SweepRecord) -> String {
    let score =
      record.result.map {
        "\(sweep.validMetric) \(Format.score($0.validScore)) at epoch \($0.bestEpoch)"
      } ?? record.state.rawValue
    return "Trial \(record.trial.number) of sweep \(sweep.name): \(score)."
  }

  // MARK: - A configuration

  private func show(
    _ findings: SweepFindings, _ run: TrialRecord?, of record: SweepRecord
  ) throws {
    let report = FindingsReport(findings, metric: record.validMetric)
    let checkpoint = run.flatMap {
      CheckpointFolder(database: database.db, sweep: record.name).path(ofTrial: $0.trial.number)
    }
    let note = TrialReport.note(on: record.counts)
    if format != .table, let note { Console.progress("note: \(note)") }
    switch format {
    case .table:
      let model =
        run.map {
          TrialReport.lines(
            ofModel: $0, metric: record.validMetric, searchesSeed: record.searchesSeed,
            checkpoint: checkpoint)
        } ?? ["best model: no trial is complete yet"]
      try Console.result(
        ["sweep \(record.name)"] + report.lines + model
          + [note].compactMap { $0.map { "  " + $0 } })
    case .json:
      try Console.result(
        JSONReport.text(
          BestJSON(
            run: run.flatMap { TrialJSON($0, of: record) }, checkpoint: checkpoint,
            recommended: report.json, confirmations: report.confirmationsJSON,
            earlyEnds: report.earlyEndsJSON)))
    case .yaml:
      guard let point = findings.recommendation?.best.point else { throw missingScores(of: record) }
      // A file names one seed. With that of its best run it trains a model that is known.
      let known = findings.run?.trial
      let seed = known?.seed ?? record.configuredSeed
      try write(
        Trial(number: known?.number ?? 0, point: point, seed: seed), of: record,
        comment: "The recommended configuration of sweep \(record.name): \(report.summary ?? "")"
          + (known.map { "; seed \($0.seed) is that of its best run, trial \($0.number)" } ?? "")
          + ".")
    }
  }

  private func write(_ trial: Trial, of record: SweepRecord, comment: String) throws {
    let text = try record.configuration(of: trial).recBoleYAML()
    let lines = [
      "# " + comment, "# RecBole: " + NextCommands.recBole(record.dataset, file: "FILE"),
    ]
    try Console.result(
      (lines.map(\.printable) + [text.trimmingLineEnds]).joined(separator: "\n"))
  }
}

/// What `best` looks for.
enum BestKind: String, ExpressibleByArgument, CaseIterable {
  case configuration, run
}

/// Both answers as one JSON object. The keys of the run stand on top, as those of `--by run` do.
private struct BestJSON: Encodable {
  private enum CodingKeys: String, CodingKey {
    case checkpoint, recommended, confirmations, earlyEnds
  }

  let run: TrialJSON?
  let checkpoint: String?
  let recommended: FindingsReport.JSON?
  let confirmations: [FindingsReport.ConfirmationJSON]
  let earlyEnds: FindingsReport.EarlyEndsJSON?

  func encode(to encoder: any Encoder) throws {
    try run?.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(checkpoint, forKey: .checkpoint)
    try container.encodeIfPresent(recommended, forKey: .recommended)
    try container.encode(confirmations, forKey: .confirmations)
    try container.encodeIfPresent(earlyEnds, forKey: .earlyEnds)
  }
}

extension SweepRecord {
  /// The training seed of the fixed configuration.
  fileprivate var configuredSeed: Int {
    settings.first { $0.name == "seed" }.flatMap { Int($0.value) } ?? 2020
  }
}

extension String {
  fileprivate var trimmingLineEnds: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
