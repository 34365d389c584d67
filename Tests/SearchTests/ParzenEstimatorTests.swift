import Testing

@testable import Search

/// The rules of the kernels, and densities that Optuna 5.0.0 computed.
@Suite struct ParzenEstimatorTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let domain: Domain
    /// The values, as coordinates times `range` from `start` on.
    let observations: [Double]
    let start: Double
    let range: Double
    let sigmas: [Double]
    let densities: [Density]

    var testDescription: String { name }
  }

  private struct Density: Sendable {
    let value: Double
    let logarithm: Double

    init(_ value: Double, _ logarithm: Double) {
      self.value = value
      self.logarithm = logarithm
    }
  }

  private static let cases = [
    Case(
      name: "a line", domain: .uniform(low: 0, high: 1),
      observations: [0.2, 0.5, 0.9], start: 0, range: 1, sigmas: [0.3, 0.4, 0.4, 1],
      densities: [Density(0.1, -0.091461), Density(0.5, 0.100389), Density(0.99, -0.212270)]),
    Case(
      name: "logarithms", domain: .loguniform(low: -9.210340371976182, high: -2.302585),
      observations: [-6.907755278982137, -4.605170185988091], start: -9.210340371976182,
      range: 6.907755278982137, sigmas: [2.302585, 2.302585, 6.907755],
      densities: [
        Density(-9.210340371976182, -2.336084), Density(-6.907755278982137, -1.814480),
        Density(-2.995732273553991, -2.134224),
      ]),
    Case(
      name: "integers", domain: .quniform(low: 2, high: 4, step: 1),
      observations: [2, 4, 4], start: 1.5, range: 3, sigmas: [2, 2, 0.6, 3],
      densities: [Density(2, -1.405808), Density(3, -1.123893), Density(4, -0.844391)]),
    Case(
      name: "steps", domain: .quniform(low: 0, high: 0.5, step: 0.1),
      observations: [0.1, 0.3], start: -0.05, range: 0.6, sigmas: [0.2, 0.2, 0.6],
      densities: [Density(0, -1.863676), Density(0.1, -1.662335), Density(0.5, -2.185603)]),
  ]

  @Test("Numbers have the kernels and the densities of Optuna", arguments: cases)
  private func numbers(golden: Case) throws {
    let axis = ParzenAxis(golden.domain).kind
    func coordinate(_ value: Double) -> Double { (value - golden.start) / golden.range }
    let estimator = ParzenEstimator(
      of: golden.observations.map { [coordinate($0)] }, on: [axis])
    guard case .normal(let kernels) = estimator.kernels[0] else {
      return #expect(Bool(false), "numbers have normal kernels")
    }
    for (sigma, expected) in zip(kernels.sigmas, golden.sigmas) {
      #expect(abs(sigma * golden.range - expected) < 1e-6)
    }
    #expect(kernels.sigmas.count == golden.sigmas.count)
    for density in golden.densities {
      // The golden density is one of the values and not of the coordinates.
      let scale = axis == .line ? -naturalLogarithm(golden.range) : 0
      let found = estimator.logDensity(at: [coordinate(density.value)]) + scale
      #expect(abs(found - density.logarithm) < 1e-6)
    }
  }

  @Test("Choices have the kernels and the densities of Optuna")
  func choices() throws {
    let estimator = ParzenEstimator(of: [[0], [2], [2]], on: [.choices(3)])
    guard case .choices(let kernels) = estimator.kernels[0] else {
      return #expect(Bool(false), "choices have kernels of choices")
    }
    #expect(abs(kernels.hit - 0.714286) < 1e-6 && abs(kernels.miss - 0.142857) < 1e-6)
    for (value, expected) in [(0.0, -1.098612), (1, -1.658228), (2, -0.741937)] {
      #expect(abs(estimator.logDensity(at: [value]) - expected) < 1e-6)
    }
  }

  @Test("Old observations weigh less, from the 26th one on")
  func weights() {
    func ones(_ count: Int) -> [Double] { Array(repeating: 1, count: count) }
    let expected: [[Double]] = [
      [], ones(24), ones(25), [1.0 / 26] + ones(25), [1.0 / 27] + ones(26),
      [1.0 / 28, 14.5 / 28] + ones(26),
    ]
    for (count, weights) in zip([0, 24, 25, 26, 27, 28], expected) {
      let found = ParzenEstimator.weights(count)
      #expect(found.count == count)
      #expect(zip(found, weights).allSatisfy { abs($0 - $1) < 1e-15 })
    }
  }

  @Test("A tenth of the points is good, rounded up, and 25 at most")
  func goodCount() {
    let counts = [0, 1, 10, 11, 25, 100, 250, 251, 1000].map(TPEObservations.goodCount)
    #expect(counts == [0, 1, 1, 2, 3, 10, 25, 25, 25])
  }

  @Test("Densities sum to 1, with none and with many observations", arguments: [0, 1, 2, 40, 200])
  func normalised(count: Int) {
    let units = (0..<count).map { CounterRandom.unit(CounterRandom.bits(1, UInt64($0))) }
    let line = ParzenEstimator(of: units.map { [$0] }, on: [.line])
    var integral = 0.0
    for cell in 0..<2_000 {
      integral += exponential(line.logDensity(at: [(Double(cell) + 0.5) / 2_000])) / 2_000
    }
    #expect(abs(integral - 1) < 1e-4)
    let indices = (0..<7).map(Double.init)
    let cells: [(ParzenAxis.Kind, [Double])] = [
      (.choices(7), indices), (.steps(7), indices.map { ($0 + 0.5) / 7 }),
    ]
    for (axis, values) in cells {
      let estimator = ParzenEstimator(of: units.map { [values[Int($0 * 7)]] }, on: [axis])
      var sum = 0.0
      for value in values { sum += exponential(estimator.logDensity(at: [value])) }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test("A density of two parameters is a sum of products, and not a product of sums")
  func product() {
    let both = ParzenEstimator(of: [[0, 0.1], [1, 0.9]], on: [.choices(2), .line])
    let together = both.logDensity(at: [0, 0.1]) - both.logDensity(at: [0, 0.9])
    let alone = ParzenEstimator(of: [[0.1], [0.9]], on: [.line])
    #expect(together > 0.1)
    #expect(abs(alone.logDensity(at: [0.1]) - alone.logDensity(at: [0.9])) < 1e-12)
  }

  @Test("Draws have the density from which they are drawn")
  func draws() {
    let observations = [[0.0, 0.9, 0.1], [2, 0.95, 0.7], [2, 0.3, 0.1]]
    let axes: [ParzenAxis.Kind] = [.choices(3), .line, .steps(5)]
    let estimator = ParzenEstimator(of: observations, on: axes)
    let count = 5_000
    var choices = [Double](repeating: 0, count: 3)
    var lower = 0.0
    for draw in 0..<UInt64(count) {
      let units = (0..<4 as Range<UInt64>).map {
        CounterRandom.unit(CounterRandom.bits(draw, $0))
      }
      let drawn = estimator.draw(units[0], Array(units[1...]))
      choices[Int(drawn[0])] += 1 / Double(count)
      if drawn[1] < 0.6 { lower += 1 / Double(count) }
      #expect((0...1).contains(drawn[1]) && (0...1).contains(drawn[2]))
    }
    let first = ParzenEstimator(of: observations.map { [$0[0]] }, on: [.choices(3)])
    for (value, share) in choices.enumerated() {
      #expect(abs(exponential(first.logDensity(at: [Double(value)])) - share) < 0.03)
    }
    let second = ParzenEstimator(of: observations.map { [$0[1]] }, on: [.line])
    let below = (0..<600).reduce(0.0) {
      $0 + exponential(second.logDensity(at: [(Double($1) + 0.5) / 1_000])) / 1_000
    }
    #expect(abs(below - lower) < 0.03)
  }

  @Test("The quantiles of a choice are its values in their order")
  func choiceQuantiles() {
    let kernels = ChoiceKernels([1, 0, 2], count: 3)
    let (miss, hit) = (kernels.miss, kernels.hit)
    #expect(abs(2 * miss + hit - 1) < 1e-12)
    for (kernel, own) in [(0, 1.0), (1, 0), (2, 2)] {
      var start = 0.0
      for value in 0..<3 {
        let length = Double(value) == own ? hit : miss
        #expect(kernels.quantile(start + 0.01 * length, ofKernel: kernel) == Double(value))
        #expect(kernels.quantile(start + 0.99 * length, ofKernel: kernel) == Double(value))
        start += length
      }
    }
    #expect(kernels.quantile(0.34, ofKernel: 3) == 1 && kernels.quantile(0.99, ofKernel: 3) == 2)
  }

  @Test("Normal tails, quantiles and masses agree with each other")
  func normal() {
    // Φ⁻¹ of common shares, to ten digits.
    for (share, z) in [
      (0.025, -1.959963985), (0.1, -1.281551566), (0.4999, -0.0002506628), (1e-10, -6.361340902),
      (1e-300, -37.0471),
    ] {
      #expect(
        abs(TruncatedNormal.inverseLowerTail(share) - z) < max(1e-8, share == 1e-300 ? 1e-3 : 0))
    }
    #expect(TruncatedNormal.inverseLowerTail(0) == -.infinity)
    #expect(TruncatedNormal.inverseLowerTail(0.5) == 0)
    for (mean, sigma) in [(0.0, 0.01), (0.3, 0.2), (1, 0.01), (0.5, 1), (0.999, 0.5)] {
      let normal = TruncatedNormal(mean: mean, sigma: sigma)
      #expect(normal.quantile(0) < 1e-12 && normal.quantile(1) > 1 - 1e-12 || sigma < 0.5)
      var last = -1.0
      for share in [1e-6, 0.1, 0.5, 0.9, 1 - 1e-6] {
        let x = normal.quantile(share)
        #expect(x > last && (0...1).contains(x))
        last = x
        // The mass between 0 and the quantile.
        let half = x / 2 / sigma
        let mass = TruncatedNormal.logMass((x / 2 - mean) / sigma, half: half) - normal.logMass
        #expect(abs(exponential(mass) - share) < 1e-9)
      }
    }
    // A narrow interval far from the mean: the first two terms of the series, and the tail's own.
    let z = 3.0
    for half in [1e-3, 1.1e-5, 0.9e-5, 1e-8] {
      let exact = -0.5 * z * z - 0.5 * naturalLogarithm(2 * .pi) + naturalLogarithm(2 * half)
      #expect(abs(TruncatedNormal.logMass(z, half: half) - exact) < 1e-5)
      #expect(TruncatedNormal.logMass(-z, half: half) == TruncatedNormal.logMass(z, half: half))
    }
    #expect(TruncatedNormal.logMass(90, half: 1) == -.infinity)
  }

  @Test(
    "A coordinate and a value are each other's image",
    arguments: [
      Domain.uniform(low: -1, high: 3), .loguniform(low: -9, high: -2),
      .quniform(low: 1, high: 8, step: 3), .quniform(low: 0, high: 0.5, step: 0.1),
      .choice([.integer(1), .string("x"), .real(1)]), .quniform(low: 0, high: 9e15, step: 1),
      .uniform(low: -1.7e308, high: 1.7e308),
    ])
  func axes(domain: Domain) throws {
    let axis = ParzenAxis(domain)
    for value in domain.samples(atMost: 10) {
      let coordinate = try #require(axis.coordinate(of: value))
      if domain.kind != .choice { #expect((0...1).contains(coordinate)) }
      #expect(axis.rounded(coordinate) == coordinate)
      let back = axis.value(at: coordinate)
      #expect(back == value && domain.contains(back))
    }
    #expect(axis.coordinate(of: .string("another")) == nil)
    #expect(axis.coordinate(of: .real(1.7e308)) == nil || domain.bounds?.high == 1.7e308)
    if domain.kind != .choice { #expect(domain.contains(axis.value(at: 1))) }
  }

  @Test("The middle of a cell stands for the cell")
  func cells() {
    let axis = ParzenAxis(.quniform(low: 0, high: 4, step: 2))
    #expect(axis.kind == .steps(3))
    let middles = [0, 0.3, 0.34, 0.67, 1].map(axis.rounded)
    let cells: [Double] = [0, 0, 1, 2, 2]
    #expect(zip(middles, cells).allSatisfy { abs($0 * 3 - $1 - 0.5) < 1e-12 })
    #expect(axis.value(at: 0.34) == .integer(2))
  }
}
