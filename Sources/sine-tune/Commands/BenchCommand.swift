import ArgumentParser
import Literals
import Recommender
import Reports
import Sweeps

/// `sine-tune bench`: measures the speed of this machine.
struct BenchCommand: ParsableCommand, TakesKeys {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    _superCommandName: SineTune.name,
    abstract: "Measures how fast this machine trains.",
    usage: "sine-tune bench [<options>] [--key=value ...]",
    discussion: HelpText.wrapped(
      """
      Times training steps as a whole, by stage, by jobs and by threads, and holds the matrix work \
      that they need against the FMA peak of a core; further the preparation of the data, the \
      start-up, the results file and the memory. What one thread does is measured in CPU time, the \
      rest by the clock, which is slower where others use the machine too. A results file is written in the current folder for a moment, so that its disk is \
      measured, and removed again.

      EXAMPLES
        sine-tune bench
        sine-tune bench --sizes "50,3 5000,16" --format json
        SINE_TUNE_KERNELS=avx2 sine-tune bench --dataset synthetic
      """))

  /// The most batches of a measurement, and the most measurements.
  private static let mostRepetitions = 1_000_000

  @Option(
    help: ArgumentHelp(
      "Pairs of prototype_size and interest_size.", valueName: "pairs"))
  var sizes = ModelSizesList.standard

  @Option(help: ArgumentHelp("Batches of a measurement.", valueName: "n"))
  var batches = 16

  @Option(help: ArgumentHelp("How often everything is measured.", valueName: "n"))
  var rounds = 5

  @Option(help: ArgumentHelp("The most jobs to compare (default: the cores).", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "The most threads of a step to compare (default: the cores).", valueName: "n"))
  var threads: Int?

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  @OptionGroup var progress: ProgressOptions

  @OptionGroup(title: "The configuration") var options: ConfigurationOptions

  mutating func validate() throws {
    try Counts.check([("batches", batches), ("rounds", rounds)], atMost: Self.mostRepetitions)
    try Counts.check([("jobs", jobs), ("threads", threads)], atMost: Counts.mostWorkers)
  }

  func run() throws {
    try Failure.reported {
      progress.apply()
      let signals = SignalWatch()
      let plan = try BenchPlan(
        sizes: sizes.sizes, batches: batches, rounds: rounds, configuration: options,
        jobs: jobs ?? CoreShare.cores, threads: threads ?? CoreShare.cores)
      Console.report(plan.notes)
      let kernels = try KernelSet.selected()
      let wasFetched = try signals.fetch([plan.cases[0].configuration.data])
      let result = try BenchRun(
        plan: plan, kernels: kernels, startsAtOnce: !wasFetched, signals: signals,
        progress: Console.progress
      ).result()
      switch format {
      case .table: try Console.result(BenchReport(result: result).lines)
      case .json: try Console.result(JSONReport.text(BenchJSON(result)))
      }
    }
  }
}
