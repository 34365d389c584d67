import ArgumentParser
import Literals
import Reports
import Storage

/// `sine-tune why 7`: why a trial was trained as it was.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    _superCommandName: SineTune.name,
    abstract: "Tells why a trial was begun, paused and continued.",
    usage: "sine-tune why <trial> [<options>]",
    discussion: HelpText.wrapped(
      """
      A sweep is a list of decisions. For each decision on the trial it tells what had been seen, the \
      rule with the figures that it compared, the choice that came next, what was expected, and what \
      came of it. Everything was stored with the decision; nothing is computed again.

      EXAMPLES
        sine-tune why 7
        sine-tune why 7 --sweep ml-100k-1 --format json
        sqlite3 runs/results.db "SELECT decision, trial, why, outcome FROM decisions"
            Every decision of every sweep.
      """))

  @Argument(help: ArgumentHelp("The number of the trial.", valueName: "trial"))
  var trial: Int

  @OptionGroup var database: DatabaseOption

  @Option(help: ArgumentHelp("The sweep (default: the one worked on last).", valueName: "name"))
  var sweep: String?

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  func run() throws {
    try Failure.reported {
      let results = try database.open()
      let record = try results.sweep(named: sweep)
      guard let chosen = try results.trial(trial, of: record.name) else {
        throw InvalidInput("'\(record.name)' has no trial \(trial)")
      }
      let decisions = try results.decisions(onTrial: trial, of: record.name)
      var pending: [Int: [Int]] = [:]
      for decision in decisions {
        guard let seen = decision.seen, seen < decision.number else { continue }
        let trials = try results.trials(
          ofDecisions: seen..<decision.number, of: record.name)
        pending[decision.number] = Set(trials.values).sorted()
      }
      let report = WhyReport(chosen, of: record, decisions: decisions, pending: pending)
      switch format {
      case .table: try Console.result(report.lines)
      case .json: try Console.result(JSONReport.text(report.json))
      }
    }
  }
}
