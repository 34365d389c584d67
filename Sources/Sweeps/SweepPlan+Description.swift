import Literals
import Recommender
import Search
import Storage
import Trials
import Tuning

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

extension SweepPlan {
  /// Everything that decides the sweep's numbers, by which the database finds the sweep again.
  package func description(
    name: String?, dataset: Dataset, toolVersion: String
  ) -> SweepDescription {
    let settings = template.fixedValues(of: configuration)
      .sorted { $0.key < $1.key }
      .map { SweepDescription.Setting(name: $0.key, value: $0.value.description) }
    var description = SweepDescription(
      name: name, dataset: configuration.data.dataset, dataDigest: "\(dataset.digest)",
      settings: settings, space: space, samplerSeed: request.samplerSeed,
      validMetric: "\(validMetric)", direction: direction, toolVersion: toolVersion)
    description.dataPath = configuration.data.dataPath
    description.seedDomain = seedDomain
    description.algorithm = request.algorithm
    description.metrics = configuration.evaluation.metricNames
    description.plannedTrials = total
    description.budget = budget
    description.lag = request.lag
    description.usualLag = jobs
    return description
  }

  /// The rules of a sweep that has been opened.
  ///
  /// - Parameter strategy: Another strategy than the one that the sweep has.
  package func tuner(
    of sweep: StoredSweep, datasets: DatasetCache, strategy other: (any Strategy)? = nil
  ) -> Tuner {
    Tuner(
      strategy: other ?? strategy(sweep.algorithm), direction: direction, lag: sweep.lag,
      budget: budget,
      epochs: mostEpochs,
      workPerEpoch: { [template, seedDomain, seeds] point in
        // A point that cannot be configured fails when it is tried, and costs nothing.
        let seed = seedDomain == nil ? nil : seeds.first
        guard let configuration = try? template.configuration(with: point, seed: seed),
          let dataset = try? datasets.dataset(for: configuration.data)
        else { return 1 }
        return configuration.workPerEpoch(on: dataset)
      })
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
