import ArgumentParser
import Literals
import Recommender

/// The options of a configuration, in the spelling of RecBole.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config_files"),
    help: ArgumentHelp(
      "RecBole YAML files, later ones win: --config_files \"a.yaml b.yaml\".",
      valueName: "files"))
  var configFiles: String?

  @Option(help: "The model; this program trains SINE and no other.")
  var model: String?

  @Option(
    help: ArgumentHelp(
      """
      The data set: <data_path>/<name>/<name>.inter, or 'synthetic' for a built-in one. ml-100k, \
      the default, is fetched where it is missing.
      """, valueName: "name"))
  var dataset: String?

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp(
      "Any key of RecBole's configuration as --key=value or --key value.",
      discussion: """
        Such as --epochs=50 --train_batch_size 4096; they win over the files. 'sine-tune train \
        --help' lists them all.
        """, valueName: "--key=value"))
  var keys: [String] = []

  /// Reads the configuration files, and checks them together with the keys and the searched parameters.
  func template(
    searching parameters: [SearchedParameter] = []
  ) throws(InvalidInput) -> ConfigurationTemplate {
    try refuseMisplacedWords()
    var arguments = keys
    if let model { arguments.append("--model=\(model)") }
    if let dataset { arguments.append("--dataset=\(dataset)") }
    return try ConfigurationTemplate(
      configFiles: configFiles ?? "", arguments: arguments, searched: parameters)
  }

  /// Throws if a word was meant for the program and not for the configuration.
  private func refuseMisplacedWords() throws(InvalidInput) {
    var diagnostics: [Diagnostic] = []
    let commands = SineTune.subcommands.compactMap { $0.configuration.commandName }
    for word in keys where commands.contains(word) {
      diagnostics.append(
        Diagnostic(
          .error, "'\(word)' is a command, and a command comes first: sine-tune \(word) …"))
    }
    for word in keys where word.hasPrefix("--") {
      let written = word.dropFirst(2).prefix { $0 != "=" }
      let name = String(written).replacing("-", with: "_")
      guard written.contains("-"), Self.ownOptions.contains(name) else { continue }
      diagnostics.append(
        Diagnostic(
          .error,
          "unknown option '--\(written)'; did you mean '--\(name)', with RecBole's underscores"))
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
  }

  /// The program's options of two words. Users of other programs may write them with a hyphen.
  private static let ownOptions: Set = [
    "params_file", "config_files", "max_evals", "early_stop", "sampler_seed", "output_file",
    "dry_run", "retry_failed", "take_over", "max_failures", "trial_timeout", "memory_limit",
    "keep_checkpoints", "checkpoint_interval",
  ]
}
