import Search
import Trials
import Tuning

/// What a command line says about a sweep: enough to find it again, or to begin it.
package struct SweepDescription: Hashable, Sendable {
  /// A key of the fixed configuration and its value, as text.
  package struct Setting: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The name that the user gave; nil finds the sweep by everything below.
  package var name: String?
  package var model = "SINE"
  package var dataset: String
  /// Equal for equal data; any text.
  package var dataDigest: String
  /// Where the data lay; it decides nothing.
  package var dataPath: String?
  /// Everything that decides a trial's numbers and is not searched, with defaults filled in.
  package var settings: [Setting]
  package var space: SearchSpace
  /// The domain of the training seed, if seeds are searched. They are no part of the space.
  package var seedDomain: Domain?
  /// How the sweep is to search. What the user did not say is what the sweep has.
  package var wishes = SearchWishes()
  /// Of the order of the grid and of random draws.
  package var samplerSeed: Int
  /// Such as `mrr@10`.
  package var validMetric: String
  package var direction: Direction
  package var toolVersion: String
  /// The metrics that trials will report: their columns are in the views from the start.
  package var metrics: [String] = []
  /// How many trials the sweep will have in all, if that is known.
  package var plannedTrials: Int?
  package var budget = Tuner.Budget()
  /// The budget of epochs that `budget.work` stands for; nil if there is none.
  package var epochs: Int?
  /// The lag, if the user said so; nil takes what the sweep has, or the usual one of a new sweep.
  package var lag: Int?
  package var usualLag = 1

  package init(
    name: String? = nil, dataset: String, dataDigest: String, settings: [Setting],
    space: SearchSpace, samplerSeed: Int, validMetric: String, direction: Direction,
    toolVersion: String
  ) {
    self.name = name
    self.dataset = dataset
    self.dataDigest = dataDigest
    self.settings = settings
    self.space = space
    self.samplerSeed = samplerSeed
    self.validMetric = validMetric
    self.direction = direction
    self.toolVersion = toolVersion
  }

  /// The space and the domain of the seed.
  var searched: [SearchSpace.Parameter] {
    space.parameters + (seedDomain.map { [.init(name: "seed", domain: $0)] } ?? [])
  }

  /// The space as the user may want to read it again.
  var spaceText: String { SearchSpace(searched).description }

  /// True if a trial belongs to what is searched now.
  func contains(_ trial: Trial) -> Bool {
    space.contains(trial.point)
      && seedDomain.map { $0.contains(.integer(trial.seed)) } ?? true
  }

  /// True if a decision is still to be carried out. The seeds that confirm a result are none of those that
  /// are searched.
  func contains(_ decision: Decision) -> Bool {
    decision.purpose == .confirm ? space.contains(decision.trial.point) : contains(decision.trial)
  }
}

extension SearchAlgorithm {
  /// The words of the table `sweep`.
  enum SamplerName: String, CaseIterable, StoredValue {
    case grid, random, tpe, qmc, kg
    case ashaSeeds = "asha_seeds"

    var algorithm: SearchAlgorithm {
      switch self {
      case .grid: .exhaustive
      case .random: .random
      case .tpe: .tpe
      case .qmc: .qmc
      case .kg: .kg
      case .ashaSeeds: .ashaSeeds
      }
    }
  }

  var samplerName: String {
    let name: SamplerName =
      switch self {
      case .exhaustive: .grid
      case .random: .random
      case .tpe: .tpe
      case .qmc: .qmc
      case .kg: .kg
      case .ashaSeeds: .ashaSeeds
      }
    return name.rawValue
  }
}
