import Search
import Tuning

/// What a sweep has found, best trial first, as lines or as JSON.
struct SweepReport {
  /// A complete trial with the figures of its best epoch.
  struct Ranked {
    let number: Int
    let parameters: Point
    let seed: Int
    let validScore: Double?
    let bestEpoch: Int
    let epochs: Int
    let validMetrics: [Metric]
    let testMetrics: [Metric]
  }

  let sweep: String
  let database: String
  /// How the user starts this program.
  let program: String
  /// Where the data lies, where that is not RecBole's default.
  let dataPath: String?
  let metric: String
  let biggerIsBetter: Bool
  /// Trials that the sweep has when it is done.
  let total: Int
  let complete: Int
  let pruned: Int
  let failed: Int
  /// The best of the complete trials, best first.
  let ranked: [Ranked]

  /// Rows of the table.
  static let shown = 10

  var lines: [String] {
    [headline, ""] + table + best + next
  }

  /// `37 of 120 trials done`.
  var progress: String { "\(ended) of \(Format.count(total, "trial")) done" }

  private var ended: Int { complete + pruned + failed }

  private var headline: String {
    var parts = ["\(ended) of \(Format.count(total, "trial"))", "\(complete) complete"]
    if pruned > 0 { parts.append("\(pruned) pruned") }
    if failed > 0 { parts.append("\(failed) failed") }
    return "sweep \(sweep): " + parts.joined(separator: ", ") + ", in \(database)"
  }

  private var table: [String] {
    guard let names = ranked.first?.parameters.entries.map(\.name) else {
      return ["no trial is complete yet", ""]
    }
    var table = TextTable(header: ["rank", "trial", metric, "best epoch"] + names)
    for (rank, trial) in ranked.prefix(Self.shown).enumerated() {
      table.append(
        [
          "\(rank + 1)", "\(trial.number)", Format.score(trial.validScore), "\(trial.bestEpoch)",
        ] + names.map { trial.parameters[$0].map(Format.value) ?? "" })
    }
    let title = complete > 1 ? ["best by validation"] : []
    return title + table.lines + [""]
  }

  private var best: [String] {
    guard let best = ranked.first else { return [] }
    return Self.lines(best, metric: metric) + [""]
  }

  /// A trial with its metrics.
  static func lines(_ trial: Ranked, metric: String) -> [String] {
    [
      "best trial \(trial.number): \(trial.parameters)",
      "  \(metric) \(Format.score(trial.validScore)) at epoch \(trial.bestEpoch) of \(trial.epochs)",
      "  valid  \(Format.line(trial.validMetrics))",
      "  test   \(Format.line(trial.testMetrics))",
    ]
  }

  private var next: [String] {
    let order = biggerIsBetter ? "DESC" : "ASC"
    let name = sweep.replacing("'", with: "''")
    let sql = """
      SELECT * FROM results WHERE sweep = '\(name)' ORDER BY valid_score \(order) LIMIT 10
      """
    var commands = ["sqlite3 \(ShellWord.quoted(database)) \(ShellWord.doubleQuoted(sql))"]
    if !ranked.isEmpty {
      let option = database == SweepOptions.defaultDatabase ? [] : ["--db", database]
      let words = [program, "best"] + option + ["--sweep", sweep, "--format", "yaml"]
      commands += [
        ShellWord.line(words) + " > best.yaml",
        ShellWord.line(
          [program, "train", "--config_files", "best.yaml"]
            + (dataPath.map { ["--data_path=\($0)"] } ?? [])),
      ]
    }
    return ["next"] + commands.map { "  " + $0 }
  }
}

extension SweepReport.Ranked {
  /// The trial as one JSON object.
  struct JSON: Encodable {
    let trial: Int
    let parameters: [String: JSONLiteral]
    let seed: Int
    let validScore: Double?
    let bestEpoch: Int
    let epochs: Int
    let valid: [String: Double]
    let test: [String: Double]
  }

  var json: JSON {
    JSON(
      trial: number, parameters: parameters.json, seed: seed, validScore: validScore,
      bestEpoch: bestEpoch, epochs: epochs, valid: validMetrics.json, test: testMetrics.json)
  }
}

extension SweepReport {
  /// The sweep as one JSON object.
  struct JSON: Encodable {
    let sweep: String
    let database: String
    let metric: String
    let total: Int
    let complete: Int
    let pruned: Int
    let failed: Int
    let best: Ranked.JSON?
    let top: [Ranked.JSON]
  }

  var json: JSON {
    JSON(
      sweep: sweep, database: database, metric: metric, total: total, complete: complete,
      pruned: pruned, failed: failed, best: ranked.first?.json,
      top: ranked.prefix(Self.shown).map(\.json))
  }
}
