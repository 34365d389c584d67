import Literals
import Recommender
import Search
import Storage
import Trials

extension SearchedParameter {
  /// Makes what the configuration has to know of a parameter: its name, its values and their places.
  init(_ parsed: ParsedSearchSpace.Parameter) {
    self.init(
      name: parsed.parameter.name, location: parsed.location, candidates: parsed.candidates,
      interval: parsed.listsValues ? nil : Interval(parsed.parameter.domain))
  }

  /// Makes a parameter of which only the name could be read.
  init(_ unread: ParsedSearchSpace.UnreadName) {
    self.init(
      name: unread.name, location: unread.location, candidates: [], interval: nil)
  }
}

extension SearchedParameter.Interval {
  fileprivate init(_ domain: Domain) {
    self.init(domain.spelling, isContinuous: domain.count == nil) { isUsable in
      domain.restricted(to: isUsable)?.spelling
    }
  }
}

extension ConfigurationTemplate {
  /// Returns the configuration of a trial.
  ///
  /// - Parameter seed: The seed of the trial if seeds are searched; nil for the seed of the template.
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
  /// Returns the configuration of a trial of the sweep, made from its rows alone.
  ///
  /// - Parameter dataPath: The folder of the data sets; nil for the folder that the sweep used last.
  package func configuration(
    of trial: Trial, dataPath: String? = nil
  ) throws(InvalidInput) -> Configuration {
    let fixed = settings.map { ($0.name, (try? Literal(parsing: $0.value)) ?? .string($0.value)) }
    var others: [String: Literal] = [:]
    others["data_path"] = (dataPath ?? self.dataPath).map(Literal.string)
    others[ConfigurationKey.seed] = .integer(trial.seed)
    for entry in trial.point.entries {
      others[entry.name] = ConfigurationTemplate.configured(entry.value, for: entry.name)
    }
    return try ConfigurationTemplate(
      fixed: Dictionary(fixed, uniquingKeysWith: { $1 }), overriding: others
    ).configuration()
  }
}
