import Literals

/// What a command line says about a sweep: enough to find it again, or to begin it.
package struct SweepDescription: Hashable, Sendable {
  /// The values of one searched parameter.
  package enum Domain: Hashable, Sendable {
    case choice([Literal])
    case uniform(low: Double, high: Double)
    /// Uniform in the logarithm; the bounds are those of the values themselves.
    case loguniform(low: Double, high: Double)
    /// The multiples of a step; the bounds are the smallest and the largest of them.
    case quniform(low: Double, high: Double, step: Double)
  }

  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let domain: Domain

    package init(name: String, domain: Domain) {
      self.name = name
      self.domain = domain
    }
  }

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
  /// Everything that decides a trial's numbers and is not searched, with defaults filled in.
  package var settings: [Setting]
  package var space: [Parameter]
  /// The space as the user may want to read it again.
  package var spaceText: String
  package var sampler: String
  package var seed: Int
  /// Such as `mrr@10`.
  package var validMetric: String
  package var biggerIsBetter: Bool
  package var toolVersion: String
  /// The metrics that trials will report: their columns are in the views from the start.
  package var metrics: [String] = []
  /// How many trials the sweep will have in all, where that is known.
  package var plannedTrials: Int?

  package init(
    name: String? = nil, dataset: String, dataDigest: String, settings: [Setting],
    space: [Parameter], spaceText: String, sampler: String, seed: Int, validMetric: String,
    biggerIsBetter: Bool, toolVersion: String
  ) {
    self.name = name
    self.dataset = dataset
    self.dataDigest = dataDigest
    self.settings = settings
    self.space = space
    self.spaceText = spaceText
    self.sampler = sampler
    self.seed = seed
    self.validMetric = validMetric
    self.biggerIsBetter = biggerIsBetter
    self.toolVersion = toolVersion
  }
}

extension SweepDescription.Domain {
  /// The word of `hyper.test`.
  var kind: String {
    switch self {
    case .choice: "choice"
    case .uniform: "uniform"
    case .loguniform: "loguniform"
    case .quniform: "quniform"
    }
  }
}
