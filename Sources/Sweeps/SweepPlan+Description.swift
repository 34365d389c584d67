import Foundation
import Recommender
import Storage

extension SweepPlan {
  /// Returns everything that decides the numbers of the sweep. The database finds the sweep again by it.
  ///
  /// - Parameter name: The name that the user gave to the sweep; nil if there is none.
  package func description(
    name: String?, dataset: Dataset, datasets: DatasetCache, toolVersion: String
  ) -> SweepDescription {
    let settings = template.fixedValues(of: configuration)
      .sorted { $0.key < $1.key }
      .map { SweepDescription.Setting(name: $0.key, value: $0.value.description) }
    var description = SweepDescription(
      name: name, dataset: configuration.data.dataset, dataDigest: "\(dataset.digest)",
      settings: settings, space: space, samplerSeed: request.samplerSeed,
      validMetric: "\(validMetric)", direction: direction, toolVersion: toolVersion)
    // Absolute, so that the trial's file serves in any folder.
    description.dataPath =
      URL(filePath: configuration.data.dataPath).standardizedFileURL.absoluteURL.path
    description.seedDomain = seedDomain
    description.wishes = request.wishes
    description.metrics = configuration.evaluation.metricNames
    description.plannedTrials = total
    description.budget = budget(on: datasets)
    description.epochs = request.epochs
    description.lag = request.lag
    description.usualLag = jobs
    return description
  }
}
