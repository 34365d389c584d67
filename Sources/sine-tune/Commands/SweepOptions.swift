import ArgumentParser
import Foundation
import Literals
import Search
import Storage
import Sweeps

/// The options for the search space and the kind of search.
struct SearchOptions: ParsableArguments {
  @Option(
    name: .customLong("params_file"),
    help: ArgumentHelp("The search space, a RecBole hyper.test file.", valueName: "file"))
  var paramsFile: String?

  @Option(
    help: ArgumentHelp(
      """
      How to search: exhaustive, random, tpe (also called bayes), qmc, kg or asha_seeds (default: \
      what the sweep has; for a new one exhaustive, or random if a parameter is continuous; with \
      --max_epochs_total kg, or tpe).
      """, valueName: "name"))
  var algo: SearchAlgorithm?

  @Option(
    help: ArgumentHelp(
      """
      Pauses trials at rungs and continues the best: none, asha or hyperband (default: what the \
      sweep has; for a new one none).
      """, valueName: "name"))
  var pruner: PrunerKind?

  @Option(
    name: .customLong("min_epochs"),
    help: ArgumentHelp("The first rung of a pruner, in evaluations (default: 3).", valueName: "n"))
  var minEpochs: Int?

  @Option(
    name: .customLong("reduction_factor"),
    help: ArgumentHelp(
      "Of so many trials at a rung, one is continued to the next (default: 3).", valueName: "n"))
  var reductionFactor: Int?

  @Flag(help: "Begins kg with many points for a few epochs: for budgets of a few trials.")
  var screen = false

  @Option(
    help: ArgumentHelp(
      "Trains every point with so many seeds: seed, seed + 1, … (default: 1).", valueName: "n"))
  var seeds: Int?

  @Option(
    help: ArgumentHelp(
      """
      Points that are tried first: CSV with a header of the searched parameters and a row a point, \
      or YAML with a list of mappings.
      """, valueName: "file"))
  var points: String?

  @Option(
    help: ArgumentHelp(
      """
      Trains the recommended point with so many fresh seeds at the end, to tell its score without \
      the luck of the search. No budget counts them.
      """, valueName: "n"))
  var confirm: Int?

  @Option(
    name: .customLong("max_epochs_total"),
    help: ArgumentHelp(
      """
      Epochs in all, those of earlier runs included. They are those of a point of mean work: a \
      point whose epochs take twice the work pays twice.
      """, valueName: "n"))
  var epochs: Int?

  @Option(
    name: .customLong("max_evals"),
    help: ArgumentHelp(
      """
      Trials in all, those of earlier runs included (default: the whole grid; 100 where a \
      parameter is continuous).
      """, valueName: "n"))
  var maxEvals: Int?

  @Option(
    name: .customLong("early_stop"),
    help: ArgumentHelp(
      "Ends the sweep after this many trials in a row without a better score (default: never).",
      valueName: "n"))
  var earlyStop: Int?

  @Option(
    name: .customLong("sampler_seed"),
    help: ArgumentHelp(
      "Decides the order of the grid, and what is drawn from a continuous space.", valueName: "n"))
  var samplerSeed = 2020

  @Option(
    help: ArgumentHelp(
      """
      Decision n sees the outcomes of decisions 0 to n - lag, however many trials run at a time \
      (default: what the sweep has; for a new one the trials at a time).
      """, valueName: "n"))
  var lag: Int?

  mutating func validate() throws {
    try Counts.check([
      ("max_evals", maxEvals), ("early_stop", earlyStop), ("lag", lag), ("seeds", seeds),
      ("confirm", confirm), ("max_epochs_total", epochs), ("min_epochs", minEpochs),
    ])
    if let reductionFactor, reductionFactor < 2 {
      throw ValidationError(
        "'--reduction_factor' is an integer from 2 on, found \(reductionFactor)")
    }
  }

  /// What the user said about how to search.
  var wishes: SearchWishes {
    var wishes = SearchWishes()
    wishes.algorithm = algo
    wishes.pruner = pruner
    wishes.minEpochs = minEpochs
    wishes.reductionFactor = reductionFactor
    wishes.screens = screen ? true : nil
    wishes.seeds = seeds
    wishes.confirmations = confirm
    wishes.hasEpochBudget = epochs != nil
    return wishes
  }
}

/// The options for how a sweep runs and what it writes.
struct SweepOptions: ParsableArguments {
  static let defaultDatabase = "runs/results.db"
  /// The least seconds between two checkpoints of a trial.
  static let defaultCheckpointInterval = 5

  @Option(help: ArgumentHelp("The file that all results are written to.", valueName: "file"))
  var db = Self.defaultDatabase

  @Option(
    help: ArgumentHelp(
      "The name of the sweep (default: the sweep that fits the command, or a new one).",
      valueName: "name"))
  var sweep: String?

  @Option(help: ArgumentHelp("Trials at a time (default: one a core).", valueName: "n"))
  var jobs: Int?

  @OptionGroup var threadOption: ThreadOption

  @Option(
    name: .customLong("output_file"),
    help: ArgumentHelp("Writes RecBole's hyper.result as well.", valueName: "file"))
  var outputFile: String?

  @Flag(help: "Begins a new sweep beside the one that fits the command; deletes nothing.")
  var fresh = false

  @Flag(name: .customLong("retry_failed"), help: "Runs failed trials once more.")
  var retryFailed = false

  @Flag(
    name: .customLong("take_over"),
    help: "Takes up the trials of processes that cannot be seen from here, and may be dead.")
  var takeOver = false

  @Option(
    name: .customLong("max_failures"),
    help: ArgumentHelp(
      "Ends the sweep after this many failed trials of this run (default: never).",
      valueName: "n"))
  var maxFailures: Int?

  @Option(
    help: ArgumentHelp(
      """
      Ends the run in order after this time, such as 90s, 15m or 2h; to be resumed. It passes \
      while the process is stopped, too.
      """,
      valueName: "time"))
  var timeout: TimeLimit?

  @Option(
    name: .customLong("trial_timeout"),
    help: ArgumentHelp(
      """
      The most that an attempt at a trial may take; it fails as 'timed_out' then. Time in which \
      the process is stopped does not count.
      """,
      valueName: "time"))
  var trialTimeout: TimeLimit?

  @Option(
    name: .customLong("memory_limit"),
    help: ArgumentHelp(
      """
      The most that all trials may take together, such as 512M or 8G (default: what is \
      available). Fewer run at a time where that is needed.
      """, valueName: "size"))
  var memoryLimit: MemoryLimit?

  @Option(
    name: .customLong("keep_checkpoints"),
    help: "Whose checkpoints are kept when their trials have ended.")
  var keepCheckpoints = KeptCheckpoints.best

  @Option(
    name: .customLong("checkpoint_interval"),
    help: ArgumentHelp(
      "Seconds between two checkpoints of a trial, at least; 0 writes one after every epoch.",
      valueName: "seconds"))
  var checkpointInterval = Double(Self.defaultCheckpointInterval)

  @OptionGroup var progress: ProgressOptions

  @Flag(help: "Writes a line for every epoch as well.")
  var verbose = false

  @Flag(name: .customLong("dry_run"), help: "Lists the cells and the plan; writes nothing.")
  var dryRun = false

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  /// RecBole's choice between Hyperopt and Ray. It is accepted so that command lines can be reused.
  @Option(help: .hidden)
  var tool: String?

  @Option(name: .customLong("display_file"), help: .hidden)
  var displayFile: String?

  mutating func validate() throws {
    try Counts.check([("jobs", jobs)], atMost: Counts.mostWorkers)
    try Counts.check([("max_failures", maxFailures)])
    if verbose, progress.quiet {
      throw ValidationError("'--verbose' and '--quiet' exclude each other; leave one out")
    }
    guard (0...1e9).contains(checkpointInterval) else {
      throw ValidationError(
        "'--checkpoint_interval' is a number of seconds from 0 on, found \(checkpointInterval)")
    }
  }
}

extension SweepOptions {
  /// Remarks about options of RecBole that are accepted without effect.
  var notes: [Diagnostic] {
    let idle = [tool.map { _ in "--tool" }, displayFile.map { _ in "--display_file" }]
      .compactMap { $0 }
    guard !idle.isEmpty else { return [] }
    let names = idle.map { "'\($0)'" }.joined(separator: ", ")
    return [Diagnostic(.note, "accepted, but without effect here: \(names)")]
  }

  /// Throws an error of usage if the name cannot be that of a new sweep, and no old sweep has it.
  func refuseNewName() throws {
    guard let name = sweep, let problem = SweepName.problem(name) else { return }
    if let database = try? ResultsDatabase(path: db, access: .read) {
      defer { try? database.close() }
      if (try? database.sweep(named: name)) != nil { return }
    }
    throw ValidationError("'--sweep' \(problem)")
  }
}
