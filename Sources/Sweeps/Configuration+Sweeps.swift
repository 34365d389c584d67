import Literals
import Recommender
import Search
import Storage
import Trials

extension SearchedParameter {
  /// What the configuration has to know of a parameter: its name, its values and their places.
  init(_ parsed: ParsedSearchSpace.Parameter) {
    self.init(
      name: parsed.parameter.name, location: parsed.location, candidates: parsed.candidates,
      isContinuous: parsed.parameter.domain.count == nil)
  }

  /// A parameter of which only the name could be read.
  init(_ unread: ParsedSearchSpace.UnreadName) {
    self.init(
      name: unread.name, location: unread.location, candidates: [], isContinuous: false)
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

extension EvaluationConfiguration {
  /// The names of the metrics in the order in which they are reported.
  package var metricNames: [String] {
    metrics.flatMap { kind in topK.map { "\(ValidMetric(kind: kind, k: $0))" } }
  }
}

extension SweepRecord {
  /// The configuration of one of the sweep's trials.
  ///
  /// - Parameter dataPath: Where the data lies; nil for where it lay when the sweep was worked on.
  package func configuration(
    of trial: Trial, dataPath: String? = nil
  ) throws(InvalidInput) -> Configuration {
    let fixed = settings.map { ($0.name, (try? Literal(parsing: $0.value)) ?? .string($0.value)) }
    var others: [String: Literal] = [:]
    others["data_path"] = (dataPath ?? self.dataPath).map(Literal.string)
    if searchesSeed { others[ConfigurationKey.seed] = .integer(trial.seed) }
    for entry in trial.point.entries { others[entry.name] = entry.value }
    return try ConfigurationTemplate(
      fixed: Dictionary(fixed, uniquingKeysWith: { $1 }), overriding: others
    ).configuration()
  }
}
