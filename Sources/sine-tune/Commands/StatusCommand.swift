import ArgumentParser
import Reports
import Storage

/// `sine-tune status`: all sweeps of a file and how far they are.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    _superCommandName: SineTune.name,
    abstract: "Lists the sweeps of a file and how far they are.",
    usage: "sine-tune status [<options>]",
    discussion: HelpText.wrapped(
      """
      A sweep that is running is not disturbed.

      EXAMPLES
        sine-tune status
        sine-tune status --db other.db --format json
      """))

  @OptionGroup var database: DatabaseOption

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  func run() throws {
    try Failure.reported {
      let sweeps = try database.open().sweeps()
      switch format {
      case .table: try Console.result(StatusReport(sweeps: sweeps).lines)
      case .json: try Console.result(JSONReport.text(sweeps.map(StatusReport.JSON.init)))
      }
    }
  }
}
