import ArgumentParser
import Foundation

/// `sine-tune --params_file hyper.test`: tunes SINE over a search space.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SineTune.name,
    abstract: "Tunes SINE, a sequential recommender, over RecBole's hyper.test search spaces.",
    discussion: """
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
      """,
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
