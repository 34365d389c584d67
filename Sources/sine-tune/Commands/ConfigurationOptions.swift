import ArgumentParser
import Literals
import Recommender

/// The options of a configuration, in the spelling of RecBole.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config_files"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "RecBole YAML files, later ones win: --config_files \"a.yaml b.yaml\", with or without the quotes.",
      valueName: "files"))
  var configFiles: [String] = []

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
      """
      Any key of RecBole's configuration as --key=value or --key value, such as --epochs=50 \
      --train_batch_size 4096; they win over the files. 'sine-tune train --help' lists them all.
      """, valueName: "--key=value"))
  var keys: [String] = []

  /// Reads the configuration files, and checks them together with the keys and the searched parameters.
  ///
  /// - Parameter command: the command that has these options.
  func template(
    for command: any ParsableCommand.Type, searching parameters: [SearchedParameter] = []
  ) throws(InvalidInput) -> ConfigurationTemplate {
    try refuseMisplacedWords(of: command)
    var arguments = keys
    if let model { arguments.append("--model=\(model)") }
    if let dataset { arguments.append("--dataset=\(dataset)") }
    return try ConfigurationTemplate(
      configFiles: configFiles.joined(separator: " "), arguments: arguments, searched: parameters)
  }

  /// The paths of the configuration files.
  var configPaths: [String] {
    configFiles.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
  }

  /// Throws if a word was meant for the program and not for the configuration.
  func refuseMisplacedWords(of command: any ParsableCommand.Type) throws(InvalidInput) {
    let words = unknownWords
    guard !words.isEmpty else { return }
    let problems = WordAdvice(for: command).problems(withFreeWords: words)
    guard problems.isEmpty else { throw InvalidInput(problems) }
  }

  /// The free arguments without RecBole's keys, and without what may be the value of an option.
  private var unknownWords: [String] {
    var unknown: [String] = []
    var mayBeValue = false
    for word in keys {
      let isOption = word.hasPrefix("-") && !(mayBeValue && !word.hasPrefix("--"))
      let name = word.dropFirst(2).prefix { $0 != "=" }
      let isKey = word.hasPrefix("--") && ConfigurationKey.named(String(name)) != nil
      if isOption ? !isKey : !mayBeValue { unknown.append(word) }
      mayBeValue = isOption && !word.contains("=")
    }
    return unknown
  }
}

/// A command that takes RecBole's keys as free arguments.
protocol TakesKeys {}
