import ArgumentParser
import Foundation
import Literals
import Recommender
import Reports

/// `sine-tune prepare shop.csv --user … --item … --time …`: makes an atomic file of a table.
struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    _superCommandName: SineTune.name,
    abstract: "Makes RecBole's atomic file of a table such as a CSV file.",
    discussion: """
      Reads a table as CSV has it: quoted fields, doubled quotes, a header or none, and gzip. \
      Writes a file with the columns user_id:token, item_id:token and timestamp:float (seconds \
      since 1970), in the order of time: RecBole rounds times to float32 and keeps the order of \
      the file where they are equal then. Everything wrong with the table is reported together, \
      and then nothing is written.

      EXAMPLES
        sine-tune prepare shop.csv
            Shows its columns, and the command with the likely ones.
        sine-tune prepare shop.csv --user customer --item sku --time bought
            Writes dataset/shop/shop.inter, for 'sine-tune --dataset shop'.
        sine-tune prepare ratings.dat --user 1 --item 2 --rating 3 --time 4
            Columns by their numbers, for a table without a header.
        sine-tune prepare log.tsv.gz --user u --item i --time t \\
          --time_format "%d.%m.%Y %H:%M" --output data/log/log.inter
      """)

  @Argument(help: ArgumentHelp("The table; gzip may have compressed it.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("The column of the users: its name or number.", valueName: "column"))
  var user: String?

  @Option(help: ArgumentHelp("The column of the items.", valueName: "column"))
  var item: String?

  @Option(help: ArgumentHelp("The column of the times.", valueName: "column"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "A column of numbers to keep as rating:float, for 'val_interval'.", valueName: "column"))
  var rating: String?

  @Option(
    help: ArgumentHelp(
      "What separates the columns, such as ';' or tab (default: found out).", valueName: "text"))
  var separator: String?

  @Option(
    name: .customLong("time_format"),
    help: ArgumentHelp(
      """
      What times are: \(TimeForm.names.map(\.name).joined(separator: ", ")), or a pattern such as \
      "%m/%d/%Y %I:%M %p". auto reads ISO dates, and takes numbers for seconds, milliseconds or \
      less by their size.
      """, valueName: "form"))
  var timeFormat = "auto"

  @Option(
    help: ArgumentHelp(
      "The atomic file (default: dataset/<name>/<name>.inter).", valueName: "file"))
  var output: String?

  @Flag(help: "Replaces the output if it exists.")
  var force = false

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  mutating func validate() throws {
    guard TimeForm(timeFormat) != nil else {
      let names = TimeForm.names.map { "'\($0.name)'" }.joined(separator: ", ")
      let letters = TimeForm.directives.map { "%\($0)" }.joined(separator: " ")
      throw ValidationError(
        "'--time_format' is one of \(names), or a pattern of \(letters), such as '%d.%m.%Y', found "
          + "'\(timeFormat)'")
    }
    if let separator, separator.isEmpty || separator.contains(where: { "\n\r\"".contains($0) }) {
      throw ValidationError("'--separator' is text without line breaks and quotes, or 'tab'")
    }
  }

  func run() throws {
    guard let user, let item, let time else {
      try failForMissingColumns()
      return
    }
    try Failure.reported {
      let signals = SignalWatch()
      var preparation = Preparation(file: file, user: user, item: item, time: time)
      preparation.rating = rating
      preparation.separator = separator.map { ["tab", "\\t"].contains($0) ? "\t" : $0 }
      preparation.timeForm = TimeForm(timeFormat) ?? .automatic
      preparation.output = output
      preparation.replaces = force
      let result = try signals.deferringExit { isCancelled throws(InvalidInput) in
        try preparation.run(isCancelled: isCancelled, progress: Console.progress)
      }
      Console.report(result.warnings)
      let report = PreparationReport(result, program: SineTune.program)
      switch format {
      case .table: try Console.result(report.lines)
      case .json: try Console.result(JSONReport.text(report.json))
      }
    }
  }

  /// Shows the columns of the table, and the command with those that are most likely meant.
  private func failForMissingColumns() throws {
    let options = [("--user", user), ("--item", item), ("--time", time)]
    let missing = options.filter { $0.1 == nil }.map { "'\($0.0)'" }.joined(separator: ", ")
    Console.error("error: columns are not named: \(missing)")
    try Failure.reported {
      Console.progress(try Preparation.columns(ofTable: file))
    }
    throw ExitCode.validationFailure
  }
}
