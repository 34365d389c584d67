import Literals
import Recommender
import Reports

/// The commands that a user may want to type after a sweep has ended.
struct NextCommands {
  let report: SweepReport
  /// The name or the path by which the user starts this program.
  let program: String

  var lines: [String] {
    let order = report.sweep.direction == .maximize ? "DESC" : "ASC"
    let name = report.sweep.name.replacing("'", with: "''")
    let sql = """
      SELECT * FROM results WHERE sweep = '\(name)' ORDER BY valid_score \(order) LIMIT 10
      """
    // A name that looks like an option is a file of this folder.
    let file = (report.database.hasPrefix("-") ? "./" : "") + report.database
    var commands = ["sqlite3 \(ShellWord.quoted(file)) \(ShellWord.doubleQuoted(sql))"]
    if !report.best.isEmpty { commands += best }
    return ["next"] + commands.map { "  " + $0 }
  }

  private var best: [String] {
    let isUsual = report.database == SweepOptions.defaultDatabase
    let words =
      [program, "best"] + (isUsual ? [] : ShellWord.option("--db", report.database))
      + ShellWord.option("--sweep", report.sweep.name) + ["--format", "yaml"]
    return [
      ShellWord.line(words) + " > best.yaml",
      ShellWord.line([program, "train", "--config_files", "best.yaml"]),
      Self.recBole(report.sweep.dataset, file: "best.yaml"),
    ]
  }

  /// RecBole's command that trains by a file. RecBole takes the data set from the command line and from
  /// nowhere else: its own default wins over the file.
  static func recBole(_ dataset: String, file: String) -> String {
    "python3 "
      + ShellWord.line([
        "run_recbole.py", "--model", "SINE", "--dataset", dataset, "--config_files", file,
      ])
  }
}
