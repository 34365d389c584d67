import ArgumentParser
import Foundation
import Literals
import Reports
import Search
import Sweeps
import Trials
import Tuning

/// `sine-tune replay`: compares searches on recorded curves, in seconds.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    _superCommandName: SineTune.name,
    abstract: "Compares searches on recorded curves or synthetic worlds, without training.",
    usage: "sine-tune replay [<results.db>] [<options>]",
    discussion: HelpText.wrapped(
      """
      Each repeat is a whole sweep by the same code as a real one; only the curves are looked up. \
      'mean' is the true mean of the recommended point as a share of that of the best point.

      EXAMPLES
        sine-tune replay runs/results.db --algo kg,random --budget 1/8,1/4
            What the sweep worked on last would have cost another search. The sweep needs
            complete trials of all its points, best with two seeds or more.
        sine-tune replay --worlds weak,sine --world_seeds '0..<24' --algo kg
        sine-tune replay --worlds sine --workers 8 --speed_noise 0.2 --lag 8
            How well 8 workers would be used.
      """))

  @Argument(help: ArgumentHelp("A file with recorded sweeps.", valueName: "results.db"))
  var table: String?

  @Option(help: ArgumentHelp("The sweep (default: the one worked on last).", valueName: "name"))
  var sweep: String?

  @Option(
    help: ArgumentHelp(
      "Synthetic worlds: weak, sine, smooth, slow, interact, or all.", valueName: "kinds"))
  var worlds: NameList?

  @Option(
    name: .customLong("world_seeds"),
    help: ArgumentHelp("The seeds of the worlds, such as '0..<24' or 3.", valueName: "range"))
  var worldSeeds = SeedRange(range: 0..<1)

  @Option(help: ArgumentHelp("The searches, separated by commas.", valueName: "names"))
  var algo = NameList(names: [SearchAlgorithm.kg.rawValue])

  @Option(help: ArgumentHelp("The pruners of searches that take one.", valueName: "names"))
  var pruner = NameList(names: [PrunerKind.none.rawValue])

  @Flag(help: "Begins kg with many points for a few epochs.")
  var screen = false

  @Option(help: ArgumentHelp("Lags, separated by commas.", valueName: "numbers"))
  var lag = NameList(names: ["2"])

  @Option(
    help: ArgumentHelp(
      "Epochs as shares of those of the whole grid, such as 1/8,1/4.", valueName: "shares"))
  var budget = NameList(names: ["1/8"])

  @Option(help: ArgumentHelp("Repeats on each table, with other seeds.", valueName: "n"))
  var repeats = 3

  @Option(
    help: ArgumentHelp("Shows how well so many workers would be used.", valueName: "n"))
  var workers: Int?

  @Option(
    name: .customLong("speed_noise"),
    help: ArgumentHelp(
      "How much the speed of decisions varies, such as 0.2.", valueName: "share"))
  var speedNoise = 0.0

  @Option(
    help: ArgumentHelp(
      """
      What an idle worker adds to a decision that it joins, as a share of a worker; 0 for workers \
      that do not join, as on other machines.
      """, valueName: "share"))
  var joining = 0.8

  @Option(help: ArgumentHelp("A row for each 'kind' or for each 'world'.", valueName: "word"))
  var by = Grouping.kind

  @Option(
    help: ArgumentHelp(
      "Writes the worlds into this folder, for other programs, and replays nothing.",
      valueName: "folder"))
  var tables: String?

  @Option(help: "How the result is written to standard output.")
  var format = OutputFormat.table

  enum Grouping: String, ExpressibleByArgument, CaseIterable {
    case kind, world
  }

  mutating func validate() throws {
    try Counts.check([("repeats", repeats), ("workers", workers)])
    guard (table == nil) != (worlds == nil) else {
      throw ValidationError("name either a results.db or '--worlds'")
    }
    guard (0...1).contains(joining), (0...10).contains(speedNoise) else {
      throw ValidationError(
        "'--joining' is a share from 0 to 1 and '--speed_noise' one from 0 on")
    }
    _ = try settings()
    _ = try kinds()
  }

  func run() throws {
    try Failure.reported {
      if let tables { return try writeTables(to: tables) }
      let study = ReplayStudy(
        settings: try settings(), repeats: repeats,
        workers: workers.map {
          Timeline.Workers(count: $0, joining: joining, speedNoise: speedNoise)
        })
      var groups: [(name: String, seed: Int?, gridWork: Double, results: Results)] = []
      try eachTable { table in
        let results = try study.run(on: table)
        if by == .kind, let last = groups.last, last.name == table.name {
          for (setting, repeats) in results {
            groups[groups.count - 1].results[setting, default: []].append(repeats)
          }
        } else {
          groups.append(
            (
              table.name, by == .world ? table.worldSeed : nil, table.gridWork,
              results.mapValues { [$0] }
            ))
        }
      }
      let summaries = groups.flatMap { group in
        study.settings.map {
          ReplaySummary(
            $0, world: group.name, worldSeed: group.seed, gridWork: group.gridWork,
            results: group.results[$0] ?? [])
        }
      }
      switch format {
      case .table: try Console.result(ReplayReport(summaries).lines)
      case .json: try Console.result(JSONReport.text(summaries, keys: .asNamed))
      }
    }
  }

  private typealias Results = [ReplayStudy.Setting: [[ReplayStudy.Result]]]

  private func eachTable(_ body: (ReplayTable) throws -> Void) throws {
    if let table {
      let database = try DatabaseOption.open(path: table)
      defer { try? database.close() }
      return try body(ReplayTable(of: database, sweep: sweep))
    }
    for kind in try kinds() {
      for seed in worldSeeds.range { try body(ReplayTable(World(kind, seed: seed))) }
    }
  }

  private func writeTables(to folder: String) throws {
    let url = URL(filePath: folder, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for kind in try kinds() {
      for seed in worldSeeds.range {
        try World(kind, seed: seed).writeTable(to: url, repeats: repeats)
      }
    }
  }

  // MARK: - What the options say

  private func settings() throws -> [ReplayStudy.Setting] {
    let lags = try lag.names.map { name in
      guard let lag = Int(name), lag > 0 else {
        throw ValidationError("'--lag' takes positive integers, found '\(name)'")
      }
      return lag
    }
    let budgets = try budget.names.map { name in
      guard let share = Self.share(name), share > 0 else {
        throw ValidationError("'--budget' takes shares such as 1/8 or 0.5, found '\(name)'")
      }
      return share
    }
    return try methods().flatMap { method in
      lags.flatMap { lag in
        budgets.map { ReplayStudy.Setting(method: method, lag: lag, budget: $0) }
      }
    }
  }

  private func methods() throws -> [SearchMethod] {
    let pruners: [PrunerKind] = try Self.values(pruner, option: "--pruner")
    return try Self.values(algo, option: "--algo").flatMap {
      (algorithm: SearchAlgorithm) -> [SearchMethod] in
      guard !algorithm.pausesItself else {
        var method = SearchMethod(algorithm)
        method.screens = screen && algorithm == .kg
        return [method]
      }
      return pruners.map { pruner in
        var method = SearchMethod(algorithm)
        method.pruner = pruner
        return method
      }
    }
  }

  private func kinds() throws -> [World.Kind] {
    guard let worlds else { return [] }
    return worlds.names == ["all"]
      ? World.Kind.allCases : try Self.values(worlds, option: "--worlds")
  }

  private static func values<Value: RawRepresentable<String> & CaseIterable>(
    _ list: NameList, option: String
  ) throws -> [Value] {
    try list.names.map { name in
      guard let value = Value(rawValue: name) else {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(option)' takes \(known), found '\(name)'")
      }
      return value
    }
  }

  /// Reads `1/8` or `0.125`.
  private static func share(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    switch parts.count {
    case 1: return parts[0]
    case 2: return parts[0].flatMap { numerator in parts[1].map { numerator / $0 } }
    default: return nil
    }
  }
}

/// Words separated by commas.
struct NameList: ExpressibleByArgument {
  let names: [String]

  init(names: [String]) {
    self.names = names
  }

  init?(argument: String) {
    names = argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if names.isEmpty { return nil }
  }

  var defaultValueDescription: String { names.joined(separator: ",") }
}

/// A range of integers as Swift writes it, `0..<24` or `0...23`, or one integer.
struct SeedRange: ExpressibleByArgument {
  let range: Range<Int>

  init(range: Range<Int>) {
    self.range = range
  }

  init?(argument: String) {
    if let single = Int(argument), single >= 0, single < .max {
      range = single..<single + 1
      return
    }
    guard let match = argument.wholeMatch(of: /(\d+)(\.\.<|\.\.\.)(\d+)/), let low = Int(match.1),
      let high = Int(match.3), high < .max, low <= high
    else { return nil }
    range = low..<(match.2 == "..." ? high + 1 : high)
    if range.isEmpty { return nil }
  }

  var defaultValueDescription: String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..<\(range.upperBound)"
  }
}
