import ArgumentParser
import Foundation
import Literals

/// `sine-tune --params_file hyper.test`: tunes SINE over a search space.
struct SweepCommand: ParsableCommand, TakesKeys {
  static let configuration = CommandConfiguration(
    commandName: SineTune.name,
    abstract: "Tunes SINE, a sequential recommender, over RecBole's hyper.test search spaces.",
    usage: """
      sine-tune --params_file <file> [<options>] [--key=value ...]
      sine-tune <subcommand> [<options>]
      """,
    discussion: HelpText.wrapped(
      """
      Every finished epoch is a row in one SQLite file. Interrupt a sweep whenever you like; the \
      same command goes on with it.

      EXAMPLES
        sine-tune --params_file hyper.test
            The whole grid on ml-100k, one trial a core at a time.
        sine-tune --params_file hyper.test --max_evals 20 --epochs=50
            Twenty cells of it, at most fifty epochs each.
        sine-tune --params_file hyper.test --dataset my-log --data_path=data/
            Your own data: data/my-log/my-log.inter.
        sine-tune --params_file hyper.test --dry_run
            Lists the cells and the plan, and changes nothing.
        sqlite3 runs/results.db "SELECT * FROM results"
            Asks for the results, while the sweep runs or later.

      EXIT CODES
        0    The sweep is done.
        1    Something failed; the message says what.
        64   The command line is wrong.
        75   --timeout ended the run before the sweep was done.
        129, 130, 143
            SIGHUP, Ctrl-C or SIGTERM ended the run; the same command goes on.
      """),
    version: SineTune.version,
    subcommands: SineTune.subcommands)

  @OptionGroup(title: "The search") var search: SearchOptions
  @OptionGroup(title: "The configuration") var configurationOptions: ConfigurationOptions
  @OptionGroup(title: "The run") var options: SweepOptions

  /// The text that `sine-tune` without arguments shows.
  static let invitation = """
    sine-tune tunes SINE, a sequential recommender. Search a space of hyper-parameters:

      sine-tune --params_file hyper.test

    or train one configuration:

      sine-tune train --learning_rate=0.005 --prototype_size=500

    'sine-tune --help' explains every option.
    """

  mutating func validate() throws {
    guard search.paramsFile == nil, CommandLine.arguments.count > 1 else { return }
    do throws(InvalidInput) {
      try configurationOptions.refuseMisplacedWords(of: Self.self)
    } catch {
      Console.report(error.diagnostics)
      throw ExitCode.validationFailure
    }
    throw ValidationError(
      "'--params_file' is missing: a sweep needs a search space; "
        + "'sine-tune train' trains one configuration")
  }

  func run() throws {
    guard let paramsFile = search.paramsFile else {
      try Console.result(Self.invitation)
      return
    }
    try options.refuseNewName()
    try Failure.reported {
      try run(paramsFile: paramsFile)
    }
  }
}
