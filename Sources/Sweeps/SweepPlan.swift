import Foundation
import Literals
import Recommender
import Search
import Trials
import Tuning

/// What a user wants of a sweep, before anything of it has been read.
package struct SweepRequest: Sendable {
  package var paramsFile: String
  /// Trials in all; nil for all cells of a grid.
  package var trials: Int?
  /// Ends the sweep after that many trials in a row without a better score.
  package var earlyStop: Int?
  /// How to search; nil for what the sweep has, or what fits the space.
  package var algorithm: SearchAlgorithm?
  package var samplerSeed = 2020
  /// See `Tuner`; nil for what the sweep has, or the trials at a time.
  package var lag: Int?
  /// Trials at a time; nil for one a core.
  package var jobs: Int?
  /// The most threads of a trial; nil for the cores that no other trial needs.
  package var threads: Int?

  package init(paramsFile: String) {
    self.paramsFile = paramsFile
  }
}

/// What a sweep will do, checked as far as it can be without the data.
package struct SweepPlan: Sendable {
  /// The searched parameters without the training seed.
  package let space: SearchSpace
  /// The domain of the training seed, if it is searched.
  package let seedDomain: Domain?
  /// The training seeds of every point.
  package let seeds: [Int]
  package let template: ConfigurationTemplate
  /// The configuration of the first trial: what is not searched is the same in all trials.
  package let configuration: Configuration
  /// Trials in all, earlier runs included.
  package let total: Int
  package let budget: Tuner.Budget
  package let jobs: Int
  /// What a user should know about the search although it can be run.
  package let notes: [Diagnostic]
  package let request: SweepRequest

  /// Trials of a space that has no end; RecBole's own number.
  package static let continuousTrials = 100

  /// With more errors than this a file is no search space, and its words are no unknown parameters.
  private static let manyErrors = 20

  /// Reports everything that is wrong with the space and the configuration together.
  ///
  /// - Parameter makeTemplate: Makes the configuration around the searched parameters.
  package init(
    _ request: SweepRequest,
    template makeTemplate: ([SearchedParameter]) throws(InvalidInput) -> ConfigurationTemplate
  ) throws(InvalidInput) {
    let parsed = try Self.read(request.paramsFile)
    do throws(InvalidInput) {
      template = try makeTemplate(
        parsed.parameters.map(SearchedParameter.init) + parsed.unread.map(SearchedParameter.init))
    } catch {
      let isOtherFile = parsed.errors.count > Self.manyErrors
      throw InvalidInput(
        isOtherFile ? parsed.errors : Self.inOrder(parsed.errors + error.diagnostics))
    }
    let whole = try parsed.space()
    space = whole.removing(ConfigurationKey.seed)
    seedDomain = whole[ConfigurationKey.seed]
    let refusals = (request.algorithm ?? .usual(for: whole)).refusals(of: whole)
    guard refusals.isEmpty else {
      throw InvalidInput(
        refusals.map { refusal in
          Diagnostic(
            .error, at: refusal.parameter.flatMap(parsed.location), refusal.message)
        })
    }
    let searched = seedDomain.map(Self.integers)
    let first = (request.algorithm ?? .usual(for: space))
      .sampler(of: space, seed: UInt64(bitPattern: Int64(request.samplerSeed)))
    let point = try? first.point(0, after: History())
    configuration = try template.configuration(
      with: point ?? Point([]), seed: searched?.first)
    seeds = searched ?? [configuration.training.seed]
    budget = Tuner.Budget(
      trials: request.trials ?? (whole.isDiscrete ? nil : Self.continuousTrials),
      earlyStop: request.earlyStop)
    total = min(budget.trials ?? .max, whole.cellCount ?? .max)
    jobs = request.jobs ?? max(CoreShare.cores / (request.threads ?? 1), 1)
    notes = parsed.warnings + template.notes
    self.request = request
  }

  /// The integers of a domain; of one with more than 10,000 values only the two extremes.
  static func integers(of domain: Domain) -> [Int] {
    domain.samples(atMost: 10_000).compactMap { value in
      if case .integer(let integer) = value { integer } else { nil }
    }
  }

  /// Diagnostics as the eye meets their places: line by line of the files, and then the others.
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
      // Through a handle, because the file may be a pipe of the shell.
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

  /// The cells of the space, seeds included; nil if the space is continuous.
  package var cellCount: Int? {
    guard let points = space.cellCount else { return nil }
    return points.multiplied(by: seedDomain == nil ? 1 : seeds.count)
  }

  /// The searched parameters in the order of the file, the seed last.
  package var searchedNames: [String] {
    space.parameters.map(\.name) + (seedDomain == nil ? [] : [ConfigurationKey.seed])
  }
}
