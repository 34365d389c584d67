import Foundation
import Literals
import Recommender
import Search

/// What a sweep will do, checked as far as it can be without the data.
struct SweepPlan {
  let space: SearchSpace
  let sampler: any Sampler
  let samplerSeed: Int
  let template: ConfigurationTemplate
  /// The configuration of the first trial: what is not searched is the same in all.
  let configuration: Configuration
  /// Trials in all, earlier runs included.
  let total: Int
  /// The same where something else than the end of the grid sets it.
  let budget: Int?
  let jobs: Int
  /// The most threads of one trial, where the user set it.
  let threads: Int?
  let earlyStop: Int?
  /// What a user should know about the search although it can be run.
  let notes: [Diagnostic]

  /// Trials of a space that has no end; RecBole's own number.
  static let continuousTrials = 100

  /// Beyond as many errors a file is no search space, and its words are no unknown parameters.
  private static let manyErrors = 20

  /// Reports everything that is wrong with the space and the configuration together.
  init(
    paramsFile: String, search: SearchOptions, configuration options: ConfigurationOptions,
    jobs: Int?, threads: Int?
  ) throws(InvalidInput) {
    let draft = try Self.draft(at: paramsFile)
    do throws(InvalidInput) {
      template = try options.template(
        searching: draft.parameters.map(SearchedParameter.init)
          + draft.unread.map(SearchedParameter.init))
    } catch {
      let isOtherFile = draft.errors.count > Self.manyErrors
      throw InvalidInput(
        isOtherFile ? draft.errors : Self.inOrder(draft.errors + error.diagnostics))
    }
    space = try draft.space()
    sampler = try space.sampler(seed: UInt64(bitPattern: Int64(search.samplerSeed)))
    configuration = try template.configuration(with: sampler.parameters(ofTrial: 0))
    budget = search.maxEvals ?? (space.isDiscrete ? nil : Self.continuousTrials)
    total = min(budget ?? .max, sampler.count ?? .max)
    samplerSeed = search.samplerSeed
    self.jobs = jobs ?? max(CoreShare.cores / (threads ?? 1), 1)
    self.threads = threads
    earlyStop = search.earlyStop
    notes = space.warnings + template.notes
  }

  /// Diagnostics as the eye meets their places: those of the files line by line, then the others.
  private static func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let placed = diagnostics.compactMap { diagnostic in
      diagnostic.location.map { (key: ($0.file, $0.line, $0.column), diagnostic: diagnostic) }
    }
    return placed.sorted { $0.key < $1.key }.map(\.diagnostic)
      + diagnostics.filter { $0.location == nil }
  }

  private static func draft(at path: String) throws(InvalidInput) -> SearchSpaceDraft {
    let data: Data
    do {
      // Through a handle, because the file may be a pipe: --params_file <(…).
      data = try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data()
    } catch {
      throw InvalidInput(
        "'--params_file' names a search space; cannot read '\(path)': \(Failure.reason(error))")
    }
    return try SearchSpace.draft(utf8: data, file: path)
  }
}

extension SweepPlan {
  /// The views of the data that the trials need: one, unless the search varies a key of the data.
  ///
  /// Only the parameters that change the data are combined, so that this stays small where the grid
  /// is large.
  func dataConfigurations() throws(InvalidInput) -> [DataConfiguration] {
    let first = sampler.parameters(ofTrial: 0)
    var cells: [Point] = [first]
    for parameter in space.parameters {
      guard let count = parameter.domain.count else { continue }
      var variants: [Literal] = []
      for index in 0..<count {
        let value = parameter.domain.value(at: index)
        let data = try template.configuration(with: first.replacing(parameter.name, by: value)).data
        // One value that changes nothing tells that the others do not either.
        if data == configuration.data, value != first[parameter.name] {
          variants = []
          break
        }
        variants.append(value)
      }
      guard variants.count > 1 else { continue }
      cells = cells.flatMap { cell in
        variants.map { cell.replacing(parameter.name, by: $0) }
      }
    }
    var configurations: [DataConfiguration] = []
    for cell in cells {
      let data = try template.configuration(with: cell).data
      if !configurations.contains(data) { configurations.append(data) }
    }
    return configurations
  }
}

extension Point {
  func replacing(_ name: String, by value: Literal) -> Point {
    Point(
      entries.map { $0.name == name ? Entry(name: name, value: value) : $0 })
  }
}

extension ConfigurationTemplate {
  /// The configuration of a trial.
  func configuration(with parameters: Point) throws(InvalidInput) -> Configuration {
    try configuration(with: parameters.entries.map { ($0.name, $0.value) })
  }
}
