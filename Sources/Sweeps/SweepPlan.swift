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
    let searched = seedDomain.map { $0.samples(atMost: Self.mostSeeds).compactMap(\.integer) }
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

  /// The most seeds of a point.
  private static let mostSeeds = 10_000

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

  package func strategy(_ algorithm: SearchAlgorithm) -> any Strategy {
    SampledStrategy(
      sampler: algorithm.sampler(
        of: space, seed: UInt64(bitPattern: Int64(request.samplerSeed))),
      space: space, seeds: seeds, epochs: mostEpochs)
  }

  /// The most epochs of any trial.
  var mostEpochs: Int {
    let searched = space["epochs"].map { $0.samples(atMost: Self.mostSeeds).compactMap(\.integer) }
    return searched?.max() ?? configuration.training.epochs
  }

  /// The first trials that a new sweep would have.
  package func firstTrials(_ count: Int) throws -> [Trial] {
    let tuner = Tuner(
      strategy: strategy(request.algorithm ?? .usual(for: space)), direction: direction, lag: 1,
      budget: Tuner.Budget(trials: count))
    var history = History()
    while case .decide(let decision) = try tuner.next(after: history) { history.append(decision) }
    return history.decisions.map(\.trial)
  }

  /// The point that a new sweep would begin with.
  var firstPoint: Point {
    (try? firstTrials(1).first?.point) ?? Point([])
  }
}

extension SweepPlan {
  /// The views of the data that the trials need: one, unless the search varies a key of the data.
  ///
  /// Only the parameters that change the data are combined, so that this stays small even if the
  /// grid is large.
  package func dataConfigurations() throws(InvalidInput) -> [DataConfiguration] {
    let first = firstPoint
    var points: [Point] = [first]
    for parameter in space.parameters {
      guard let count = parameter.domain.count else { continue }
      var variants: [Literal] = []
      for index in 0..<count {
        let value = parameter.domain.value(at: index)
        let data = try template.configuration(with: first.replacing(parameter.name, by: value)).data
        // If one value changes nothing, the others do not either.
        if data == configuration.data, value != first[parameter.name] {
          variants = []
          break
        }
        variants.append(value)
      }
      guard variants.count > 1 else { continue }
      points = points.flatMap { point in
        variants.map { point.replacing(parameter.name, by: $0) }
      }
    }
    var configurations: [DataConfiguration] = []
    for point in points {
      let data = try template.configuration(with: point).data
      if !configurations.contains(data) { configurations.append(data) }
    }
    return configurations
  }
}

extension ConfigurationTemplate {
  /// The configuration of a trial; its own seed counts only if seeds are searched.
  package func configuration(
    with point: Point, seed: Int? = nil
  ) throws(InvalidInput) -> Configuration {
    let seed = seed.map { [(name: ConfigurationKey.seed, value: Literal.integer($0))] } ?? []
    return try configuration(with: point.entries.map { ($0.name, $0.value) } + seed)
  }
}

extension Literal {
  fileprivate var integer: Int? { if case .integer(let value) = self { value } else { nil } }
}

/// The system's own word for an error, in lower case.
package func systemReason(_ error: any Error) -> String {
  func code(_ error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(code)
  }
  if let code = code(error as NSError) { return String(cString: strerror(code)).lowercased() }
  let text = "\(error)"
  return text.hasPrefix("Error Domain=") ? error.localizedDescription : text
}
