import Literals

/// Independent random draws, for spaces with `uniform` or `loguniform` parameters.
///
/// The draw of a parameter depends on the seed, the trial's number and the parameter's name alone:
/// neither the other parameters nor the trials before change it.
package struct RandomSampler: Sampler {
  private let parameters: [(parameter: SearchSpace.Parameter, hash: UInt64)]
  private let seed: UInt64

  package init(space: SearchSpace, seed: UInt64) {
    parameters = space.parameters.map { ($0, CounterRandom.hash($0.name)) }
    self.seed = seed
  }

  package var count: Int? { nil }

  package func parameters(ofTrial number: Int) -> TrialParameters {
    let trial = UInt64(bitPattern: Int64(number))
    return TrialParameters(
      parameters.map { parameter, hash in
        let bits = CounterRandom.bits(seed, trial, hash)
        return TrialParameters.Entry(name: parameter.name, value: parameter.domain.draw(bits))
      })
  }
}

extension Domain {
  /// The value that 64 random bits select.
  func draw(_ bits: UInt64) -> Literal {
    let unit = CounterRandom.unit(bits)
    switch self {
    case .choice(let values):
      return values[Int(bits.multipliedFullWidth(by: UInt64(values.count)).high)].value
    case .uniform(let low, let high):
      return .real(Self.interpolate(low, high, unit))
    case .loguniform(let low, let high):
      return .real(exponential(Self.interpolate(low, high, unit)))
    case .quniform(let low, let high, let step):
      guard let range = Self.multiples(low: low, high: high, step: step) else { return .none }
      let nearest = (Self.interpolate(low, high, unit) / step).rounded(.toNearestOrEven)
      let factor = min(max(nearest, Double(range.lowerBound)), Double(range.upperBound))
      return Self.multiple(Int(factor), of: step)
    }
  }

  /// low + (high − low)·unit without the difference, which may overflow.
  private static func interpolate(_ low: Double, _ high: Double, _ unit: Double) -> Double {
    min(max(low * (1 - unit) + high * unit, low), high)
  }
}
