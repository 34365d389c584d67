import Literals
import Recommender
import Search
import Storage

extension SearchedParameter {
  /// The values beyond which a `quniform` is checked at its ends only.
  private static let maximumCandidates = 10_000

  /// What the configuration has to know of a parameter: its name, its values and their places.
  init(_ parameter: SearchSpace.Parameter) {
    let domain = parameter.domain
    let candidates: [LocatedLiteral]
    if case .choice(let values) = domain {
      candidates = values
    } else if let count = domain.count {
      let indices = count <= Self.maximumCandidates ? Array(0..<count) : [0, count - 1]
      candidates = indices.map { LocatedLiteral(domain.value(at: $0), at: parameter.location) }
    } else if let bounds = domain.bounds {
      candidates = [bounds.low, bounds.high].map {
        LocatedLiteral(.real($0), at: parameter.location)
      }
    } else {
      candidates = []
    }
    self.init(
      name: parameter.name, location: parameter.location, candidates: candidates,
      isContinuous: domain.count == nil)
  }
}

extension SearchedParameter {
  /// A parameter of which only the name could be read.
  init(_ unread: SearchSpaceDraft.Name) {
    self.init(
      name: unread.name, location: unread.location, candidates: [], isContinuous: false)
  }
}

extension SweepDescription.Parameter {
  /// The parameter as the database keeps it.
  init(_ parameter: SearchSpace.Parameter) {
    let low = parameter.domain.bounds?.low ?? 0
    let high = parameter.domain.bounds?.high ?? 0
    let domain: SweepDescription.Domain =
      switch parameter.domain {
      case .choice(let values): .choice(values.map(\.value))
      case .uniform: .uniform(low: low, high: high)
      case .loguniform: .loguniform(low: low, high: high)
      case .quniform(_, _, let step): .quniform(low: low, high: high, step: step)
      }
    self.init(name: parameter.name, domain: domain)
  }
}

extension SweepDescription {
  /// What the database has to know to find a sweep again: everything that decides its numbers.
  init(_ plan: SweepPlan, name: String?, dataset: Dataset) {
    let settings = plan.template.fixedValues(of: plan.configuration)
      .sorted { $0.key < $1.key }
      .map { Setting(name: $0.key, value: $0.value.description) }
    let evaluation = plan.configuration.evaluation
    self.init(
      name: name, dataset: plan.configuration.data.dataset,
      dataDigest: "\(dataset.digest)", settings: settings,
      space: plan.space.parameters.map(Parameter.init), spaceText: plan.space.description,
      sampler: plan.space.isDiscrete ? "grid" : "random", seed: plan.samplerSeed,
      validMetric: "\(evaluation.validMetric)",
      biggerIsBetter: evaluation.validMetric.kind.direction == .maximize,
      toolVersion: SineTune.version)
    metrics = evaluation.metricNames
    plannedTrials = plan.total
  }
}

extension EvaluationConfiguration {
  /// The names of the metrics in the order in which they are reported.
  var metricNames: [String] {
    metrics.flatMap { kind in topK.map { "\(ValidMetric(kind: kind, k: $0))" } }
  }
}
