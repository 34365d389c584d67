import ArgumentParser
import Foundation
import Literals
import Recommender

/// Says what a user most likely meant by words that a command does not know.
struct WordAdvice {
  let command: any ParsableCommand.Type
  private let options: CommandOptions

  init(for command: any ParsableCommand.Type) {
    self.command = command
    options = CommandOptions(of: command)
  }

  /// Returns what is wrong with arguments that the command refuses: the options that it does not have.
  func problems(with arguments: [String]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var isValue = false
    for word in arguments {
      let name = Self.name(of: word)
      defer { isValue = options[word]?.takesValue == true }
      guard !isValue, word.hasPrefix("-"), word != "-", options[name] == nil else { continue }
      problems.append(unknownOption(word))
    }
    return problems
  }

  /// Returns what is wrong with words among RecBole's keys that are no keys, as far as they were meant for
  /// the program. A mistyped key is left to those who read the keys.
  func problems(withFreeWords words: [String]) -> [Diagnostic] {
    words.compactMap { word in
      if !word.hasPrefix("-") {
        guard SineTune.subcommand(named: word) != nil else { return nil }
        return Self.error(
          "'\(word)' is a command, and a command comes first: sine-tune \(word) …")
      }
      return !word.hasPrefix("--") || meansOption(Self.name(of: word)) ? unknownOption(word) : nil
    }
  }

  /// Returns a message about an option that the command does not have.
  func unknownOption(_ word: String) -> Diagnostic {
    let name = Self.name(of: word)
    if let wanted = wanted(name) {
      return Self.error("unknown option '\(name)'; did you mean '\(wanted)'")
    }
    if let hint = Self.foreignHints[Self.bare(name)] {
      return Self.error("unknown option '\(name)'; \(hint)")
    }
    let others = SineTune.commands.filter { $0 != command && CommandOptions(of: $0)[name] != nil }
      .map { $0 == SweepCommand.self ? "a sweep" : "'\(SineTune.title(of: $0))'" }
    if !others.isEmpty {
      return Self.error(
        "'\(name)' is an option of \(others.joined(separator: " and ")), and not of "
          + "'\(SineTune.title(of: command))'")
    }
    let near = nearest(to: name)
    return Self.error(
      "unknown option '\(name)'" + (near.map { "; did you mean '\($0)'" } ?? "")
        + (near == nil ? "; '\(SineTune.title(of: command)) --help' lists the options" : ""))
  }

  /// Returns true if a name that is no key was meant as an option of the program.
  private func meansOption(_ name: String) -> Bool {
    if wanted(name) != nil || Self.foreignHints[Self.bare(name)] != nil { return true }
    if SineTune.commands.contains(where: { CommandOptions(of: $0)[name] != nil }) { return true }
    return nearest(to: name).map { options[$0] != nil } ?? false
  }

  private func nearest(to name: String) -> String? {
    let names = (keys + options.names).map { $0.dropFirst(2) }
    return Suggestion.closest(to: Self.bare(name), among: names.map(String.init)).map { "--" + $0 }
  }

  /// Returns the option or the key that another spelling or another program's word stands for.
  private func wanted(_ name: String) -> String? {
    let respelt = "--" + Self.bare(name)
    let candidates = [Self.foreignOptions[Self.bare(name)].map { "--" + $0 }, respelt]
    return candidates.compactMap { $0 }.first {
      $0 != name && (options[$0] != nil || keys.contains($0))
    }
  }

  /// The keys that the command takes as free arguments.
  private var keys: [String] {
    SineTune.takesKeys(command) ? ConfigurationKey.all.map { "--" + $0.name } : []
  }

  /// Returns `--epochs` of `--epochs=3`.
  private static func name(of word: String) -> String {
    String(word.prefix { $0 != "=" })
  }

  /// Returns `params_file` of `--params-file`.
  private static func bare(_ name: String) -> String {
    String(name.drop { $0 == "-" }).replacing("-", with: "_")
  }

  private static func error(_ message: String) -> Diagnostic {
    Diagnostic(.error, message, isUsage: true)
  }

  /// Options that users of RecBole, Optuna and other programs may write.
  private static let foreignOptions = [
    "v": "version", "V": "version", "p": "params_file", "params": "params_file",
    "space": "params_file", "c": "config_files", "config": "config_files", "d": "dataset",
    "o": "output_file", "j": "jobs", "n": "max_evals", "n_trials": "max_evals",
    "trials": "max_evals", "count": "max_evals", "n_jobs": "jobs", "storage": "db",
    "database": "db", "study_name": "sweep", "study": "sweep", "name": "sweep", "q": "quiet",
    "silent": "quiet", "sampler": "algo", "algorithm": "algo", "lr": "learning_rate",
    "batch_size": "train_batch_size",
  ]

  private static let foreignHints = [
    "resume": resuming, "continue": resuming, "load_if_exists": resuming,
  ]

  private static let resuming =
    "to resume a sweep, repeat the command that began it; it goes on where it stands"
}

// MARK: - Commands

extension WordAdvice {
  /// Returns a message about a first word that is no command.
  static func unknownCommand(_ words: [String]) -> Diagnostic {
    let word = words[0]
    return error("unknown command '\(word)'; " + advice(on: word))
  }

  private static func advice(on word: String) -> String {
    if let hint = foreignCommands[word.lowercased()] { return hint }
    let names = SineTune.subcommands.compactMap { $0.configuration.commandName }
    if let near = Suggestion.closest(to: word, among: names + ["help"]) {
      return "did you mean 'sine-tune \(near)'"
    }
    if FileManager.default.fileExists(atPath: word) {
      return "to search the space of a file, write 'sine-tune --params_file \(word)'"
    }
    return "known are \((names + ["help"]).joined(separator: ", ")); "
      + "a sweep begins with an option: sine-tune --params_file hyper.test"
  }

  /// Words that users of RecBole, Optuna and other programs may write.
  private static let foreignCommands: [String: String] = {
    let results =
      "'sine-tune best' shows the best trial and 'sine-tune status' all sweeps; "
      + "sqlite3 runs/results.db \"SELECT * FROM results\" shows every trial"
    let sweeping = "to search a space, write 'sine-tune --params_file hyper.test'"
    var hints: [String: String] = [:]
    for word in ["results", "result", "show", "list", "ls", "trials", "studies", "report", "top"] {
      hints[word] = results
    }
    for word in ["resume", "continue", "restart"] { hints[word] = resuming }
    for word in ["run", "sweep", "tune", "search", "optimize", "start"] { hints[word] = sweeping }
    hints["fit"] = "'sine-tune train' trains one configuration"
    hints["version"] = "write 'sine-tune --version'"
    return hints
  }()
}
