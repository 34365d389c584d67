import ArgumentParser
import Literals
import Recommender
import Reports
import Sweeps
import Trials

/// `sine-tune train --key=value …`: trains one configuration and shows each epoch.
struct TrainCommand: ParsableCommand, TakesKeys {
  static let configuration = CommandConfiguration(
    commandName: "train",
    _superCommandName: SineTune.name,
    abstract: "Trains one configuration and shows each epoch.",
    usage: "sine-tune train [<options>] [--key=value ...]",
    discussion: HelpText.wrapped(
      """
      Nothing is written. The metrics of the best epoch stand at the end; the best epoch is chosen \
      by validation alone.

      EXAMPLES
        sine-tune train --learning_rate=0.005 --prototype_size=500
        sine-tune train --dataset synthetic --epochs 5
        sine-tune train --config_files best.yaml --seed=2021

      KEYS, with their defaults
      \(KeyList.text)
      """))

  @OptionGroup(title: "The configuration") var options: ConfigurationOptions

  @Option(help: "How the result is written to standard output; json is one object a line.")
  var format = OutputFormat.table

  @OptionGroup var threadOption: ThreadOption

  @OptionGroup var progress: ProgressOptions

  func run() throws {
    try Failure.reported {
      progress.apply()
      let signals = SignalWatch()
      let template = try options.template(for: Self.self)
      Console.report(template.notes)
      let configuration = try template.configuration()
      let kernels = try KernelSet.selected()
      let dataset = try signals.load(configuration)
      let display = TrainingDisplay()
      try display.closing {
        try train(
          Trainer(
            configuration: configuration, dataset: dataset, workspace: TrainerWorkspace(),
            kernels: kernels, team: .fixed(threadOption.threads ?? CoreShare.cores),
            progress: display.progress),
          configuration.evaluation, display)
      }
    }
  }

  private func train(
    _ trainer: Trainer, _ evaluation: EvaluationConfiguration, _ display: TrainingDisplay
  ) throws {
    let table = EpochTable(metricNames: evaluation.metricNames)
    if format == .table { try display.result([table.header]) }
    do {
      let end = try trainer.run(isCancelled: { false }) {
        try display.result([line($0, in: table)])
      }
      guard case .complete(let result) = end else { return }
      try display.result(lines(result, evaluation.validMetric))
    } catch let error as TrainingError {
      throw InvalidInput("\(error)")
    }
  }

  private func line(_ report: EpochReport, in table: EpochTable) throws -> String {
    switch format {
    case .table: table.row(report)
    case .json: try JSONReport.text(EpochJSON(report), isPretty: false)
    }
  }

  private func lines(_ result: TrialResult, _ metric: ValidMetric) throws -> [String] {
    switch format {
    case .table: TrialReport.lines(result, metric: "\(metric)")
    case .json:
      [
        try JSONReport.text(
          TrialJSON(result, metric: "\(metric)", direction: metric.kind.direction),
          isPretty: false)
      ]
    }
  }
}

/// The list of RecBole's keys for `--help`, made from the table of keys of the configuration.
private enum KeyList {
  /// The keys; nothing if this command is not asked for. ArgumentParser wants to know the text at every
  /// start of the program, and listing the keys takes a tenth of it.
  static var text: String {
    guard CommandLine.arguments.contains("train") else { return "" }
    let unsupported = Set(ConfigurationKey.unsupportedKeys.map(\.name))
    return ConfigurationKey.all
      .filter { $0.role == .used && !unsupported.contains($0.name) }
      .map { "  --\($0.name)=\(word($0.shownValue))\n      \($0.summary)" }
      .joined(separator: "\n")
  }

  /// Returns a value as a user can type it in a shell.
  private static func word(_ value: Literal) -> String {
    if case .string(let text) = value, ShellWord.quoted(text) == text { return text }
    let text = value.description
    return ShellWord.quoted(text) == text ? text : ShellWord.doubleQuoted(text)
  }
}
