import Foundation
import Literals
import Recommender
import Search
import Trials
import Tuning

/// The wishes of a user for a sweep, before any file has been read.
package struct SweepRequest: Sendable {
  /// The path of the search space, a file in the form of `hyper.test`.
  package var paramsFile: String
  /// The most trials, those of earlier runs included; nil for all cells of a grid, or for
  /// `SweepPlan.continuousTrials`.
  package var trials: Int?
  /// The number of trials in a row without a better score that ends the sweep; nil for no early stop.
  package var earlyStop: Int?
  /// How to search. What is nil stays as the sweep has it; a new sweep gets what fits its space.
  package var wishes = SearchWishes()
  /// The path of a file with points that are tried first; see `PointsFile`. Nil keeps what the sweep has.
  package var pointsFile: String?
  /// The most epochs in all, counted for a point of mean work; nil for no such budget.
  package var epochs: Int?
  /// The seed of the sampler, not of a training.
  package var samplerSeed = 2020
  /// Decision n sees the outcomes of decisions 0 … n − `lag`. Nil keeps the lag of the sweep; a new sweep
  /// gets the number of trials at a time.
  package var lag: Int?
  /// Trials at a time; nil for as many as the cores allow.
  package var jobs: Int?
  /// The most threads of a trial; nil for all cores that no other trial uses.
  package var threads: Int?

  package init(paramsFile: String) {
    self.paramsFile = paramsFile
  }

  var samplingSeed: UInt64 { UInt64(bitPattern: Int64(samplerSeed)) }
}

/// What a sweep will do, checked as far as possible without the data.
///
///     let plan = try SweepPlan(request) { parameters in try template(searching: parameters) }
package struct SweepPlan: Sendable {
  /// The searched parameters without the training seed.
  package let space: SearchSpace
  /// The domain of the training seed; nil if it is not searched.
  package let seedDomain: Domain?
  /// The training seeds of every point that the space or the configuration names.
  let namedSeeds: [Int]
  /// The configuration around the searched parameters.
  package let template: ConfigurationTemplate
  /// The configuration of the first trial. Keys that are not searched are the same in all trials.
  package let configuration: Configuration
  /// The number of trials of the sweep when it is done, those of earlier runs included; nil if a budget of
  /// epochs decides it.
  package let total: Int?
  /// The budget without that of epochs, which takes the data to tell; see `budget(on:)`.
  let countedBudget: Tuner.Budget
  /// Trials at a time.
  package let jobs: Int
  /// Remarks about a search that can be run all the same.
  package let notes: [Diagnostic]
  package let request: SweepRequest

  /// The trials of a space without a countable number of cells if the user names no number, as in RecBole.
  package static let continuousTrials = 100

  /// A file with more errors is probably no search space. Its names are then not reported as unknown.
  private static let manyErrors = 20

  /// Reads the search space, and reports all errors in it and in the configuration together.
  ///
  /// - Parameter makeTemplate: Returns the configuration around the searched parameters.
  package init(
    _ request: SweepRequest,
    template makeTemplate: ([SearchedParameter]) throws(InvalidInput) -> ConfigurationTemplate
  ) throws(InvalidInput) {
    let parsed = try Self.read(request.paramsFile)
    guard parsed.errors.count <= Self.manyErrors else { throw InvalidInput(parsed.errors) }
    let parameters =
      parsed.parameters.map(SearchedParameter.init) + parsed.unread.map(SearchedParameter.init)
    do throws(InvalidInput) {
      template = try makeTemplate(parameters)
      let problems = template.problemsOfScores(parameters)
      guard problems.isEmpty else { throw InvalidInput(problems) }
    } catch {
      throw InvalidInput(Self.inOrder(parsed.errors + error.diagnostics))
    }
    let whole = try parsed.space()
    space = whole.removing(ConfigurationKey.seed)
    seedDomain = whole[ConfigurationKey.seed]
    var request = request
    if let file = request.pointsFile {
      request.wishes.points = try PointsFile(path: file, space: space).points
    }
    let method = request.wishes.method(of: space, stored: nil)
    let refusals = method.algorithm.refusals(of: method.algorithm == .exhaustive ? whole : space)
    guard refusals.isEmpty else {
      throw InvalidInput(
        refusals.map { refusal in
          Diagnostic(
            .error, at: refusal.parameter.flatMap(parsed.location), refusal.message)
        })
    }
    if let count = seedDomain?.count, count > Self.mostValues {
      throw InvalidInput(
        "'\(ConfigurationKey.seed)' takes at most \(Self.mostValues) values, found \(count)",
        at: parsed.location(of: ConfigurationKey.seed))
    }
    let searched = seedDomain.map(Self.integers)
    let first = method.algorithm.sampler(
      of: space, seed: request.samplingSeed, direction: .maximize)
    let point = try? first.point(0, after: History())
    configuration = try template.configuration(
      with: point ?? Point([]), seed: searched?.first)
    namedSeeds = searched ?? [configuration.training.seed]
    let trials =
      request.trials
      ?? (whole.cellCount == nil && request.epochs == nil ? Self.continuousTrials : nil)
    countedBudget = Tuner.Budget(trials: trials, earlyStop: request.earlyStop)
    let replicates = seedDomain == nil ? request.wishes.seeds ?? 1 : 1
    let most = whole.cellCount.map { $0.multiplied(by: replicates) }
    total =
      request.epochs == nil && !method.algorithm.decidesSeeds
      ? min(trials ?? .max, most ?? .max) : trials
    jobs = request.jobs ?? max(CoreShare.cores / (request.threads ?? 1), 1)
    notes =
      parsed.warnings + template.notes
      + [Self.note(onSeeds: searched, at: parsed.location(of: ConfigurationKey.seed))]
      .compactMap { $0 }
    self.request = request
  }

  /// Returns a note that a searched seed is a wish for several seeds of every point.
  private static func note(onSeeds seeds: [Int]?, at place: SourceLocation?) -> Diagnostic? {
    guard let seeds, seeds.count > 1 else { return nil }
    let list = seeds.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return Diagnostic(
      .note, at: place,
      "'\(ConfigurationKey.seed)' is no parameter: every point is trained with the seeds \(list)"
        + (seeds.count > 8 ? ", …" : "") + ", and compared by their mean")
  }

  /// Throws the reasons why the search does not fit together, as far as they show before a sweep is looked
  /// for, which may have a method already.
  package func demandFit() throws(SearchConflicts) {
    try request.wishes.method(of: space, stored: nil).demandFit(
      to: space, searchesSeed: seedDomain != nil,
      // A sweep that goes on may have another algorithm.
      hasBudget: request.wishes.algorithm == nil || request.epochs != nil
        || countedBudget.trials != nil)
  }

  /// The most values of a domain that are listed.
  private static let mostValues = 10_000

  /// Returns the integers of a domain; only the two extremes if it has very many values.
  static func integers(of domain: Domain) -> [Int] {
    domain.samples(atMost: mostValues).compactMap { value in
      if case .integer(let integer) = value { integer } else { nil }
    }
  }

  /// Returns diagnostics in the order of their places, and then those without a place.
  private static func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let placed = diagnostics.compactMap { diagnostic in
      diagnostic.location.map { (key: ($0.file, $0.line, $0.column), diagnostic: diagnostic) }
    }
    return placed.sorted { $0.key < $1.key }.map(\.diagnostic)
      + diagnostics.filter { $0.location == nil }
  }

  private static func read(_ path: String) throws(InvalidInput) -> ParsedSearchSpace {
    let data: Data
    do {
      // A handle also reads a pipe, such as the shell's `<(…)`.
      data = try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data()
    } catch {
      throw InvalidInput("cannot read the search space '\(path)': \(systemReason(error))")
    }
    return try SearchSpace.read(utf8: data, file: path)
  }
}

extension SweepPlan {
  package var validMetric: ValidMetric { configuration.evaluation.validMetric }
  package var direction: Direction { validMetric.kind.direction }

  /// True if the space has no continuous parameter.
  package var isDiscrete: Bool { space.isDiscrete }

  /// The number of cells of the space, seeds included; nil if the space is continuous or if it has more
  /// cells than can be counted.
  package var cellCount: Int? {
    guard let points = space.cellCount else { return nil }
    return points.multiplied(by: seedDomain == nil ? 1 : namedSeeds.count)
  }

  /// The searched parameters in the order of the file, the seed last.
  package var searchedNames: [String] {
    space.parameters.map(\.name) + (seedDomain == nil ? [] : [ConfigurationKey.seed])
  }
}
