import Recommender
import Storage

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
}
