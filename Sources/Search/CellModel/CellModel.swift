import CKernels

/// What runs tell of the true means of cells: a Gaussian process over cells whose observations are noisy.
///
/// A finished run is an observation of precision 1. Mean and scale are profiled out, so the unit of the
/// metric does not matter. Observations are grouped by cell, which makes the cost a matter of the cells seen
/// and not of the runs. The formulas are those of "kg, exactly" in the notes on noisy search; the model is
/// fitted from its defaults each time, so it is a function of the observations alone.
struct CellModel: Sendable {
  struct Observation: Hashable, Sendable {
    let cell: Int
    /// Greater is better.
    let value: Double
    /// 1 for a finished run, and less for what a paused one promises.
    let precision: Double
  }

  /// The model after the observations.
  struct Posterior: Sendable {
    let mean: [Double]
    /// The covariance of the cells' true means, row by row.
    let covariance: [Double]
    /// The variance of a finished run around the true mean of its cell.
    let noise: Double
    /// The mean of all cells that the model went out from.
    let level: Double
    let parameters: CellKernel.Parameters

    func variance(_ cell: Int) -> Double { covariance[cell * mean.count + cell] }
  }

  private let kernel: CellKernel
  /// The cells with an observation.
  let seen: [Int]
  private let precision: [Double]
  private let value: [Double]
  /// Σπy² − PY², summed over the cells: how far runs of one cell lie apart.
  private let within: Double
  /// The number of observations.
  private let count: Int

  /// - Precondition: There is an observation.
  init(_ observations: [Observation], of kernel: CellKernel) {
    precondition(!observations.isEmpty, "a model needs an observation")
    self.kernel = kernel
    count = observations.count
    var sums = [(precision: Double, value: Double, square: Double)](
      repeating: (0, 0, 0), count: kernel.count)
    for observation in observations {
      let weighted = observation.precision * observation.value
      sums[observation.cell].precision += observation.precision
      sums[observation.cell].value += weighted
      sums[observation.cell].square += weighted * observation.value
    }
    let seen = sums.indices.filter { sums[$0].precision > 0 }
    self.seen = seen
    precision = seen.map { sums[$0].precision }
    value = seen.map { sums[$0].value / sums[$0].precision }
    within = max(
      seen.reduce(0) {
        $0 + sums[$1].square - sums[$1].value * sums[$1].value / sums[$1].precision
      }, 0)
  }

  /// The factors of A = K + λ diag(1/P), and what follows from them.
  private struct Factors {
    var upper: [Double]
    /// U⁻ᵀ (Y − m).
    let residual: [Double]
    let level: Double
    let scale: Double
    /// log|A|
    let determinant: Double
  }

  private func factors(_ theta: CellKernel.Parameters) -> Factors? {
    let size = seen.count
    var upper = kernel.matrix(theta, rows: seen, columns: seen)
    for index in 0..<size { upper[index * size + index] += theta.noise / precision[index] }
    guard ck_cholesky(size, &upper) else { return nil }
    var ones = [Double](repeating: 1, count: size)
    ck_solve_transposed(size, upper, 1, &ones)
    var values = value
    ck_solve_transposed(size, upper, 1, &values)
    var (product, square) = (0.0, 0.0)
    for index in 0..<size {
      product += ones[index] * values[index]
      square += ones[index] * ones[index]
    }
    let level = product / square
    var residual = values
    var (fit, determinant) = (0.0, 0.0)
    for index in 0..<size {
      residual[index] -= level * ones[index]
      fit += residual[index] * residual[index]
      determinant += 2 * naturalLogarithm(upper[index * size + index])
    }
    // A hundredth of the level keeps a few equal scores from being taken for certain.
    let least = 1e-4 * level * level
    let scale = max((fit + within / theta.noise + least) / Double(count), .leastNormalMagnitude)
    return Factors(
      upper: upper, residual: residual, level: level, scale: scale, determinant: determinant)
  }

  /// Returns the logarithm of the posterior density of the parameters, but for a constant.
  func logPosterior(_ theta: CellKernel.Parameters) -> Double {
    guard let factors = factors(theta) else { return -.infinity }
    func penalty(_ value: Double, at usual: Double, spread: Double) -> Double {
      let deviation = naturalLogarithm(value / usual) / spread
      return 0.5 * deviation * deviation
    }
    var result =
      -0.5
      * (Double(count) * naturalLogarithm(factors.scale) + factors.determinant
        + Double(count - seen.count) * naturalLogarithm(theta.noise))
    result -=
      penalty(theta.noise, at: 1, spread: 1.5) + penalty(theta.own, at: 0.1, spread: 1)
    for place in theta.lengths {
      result -= penalty(CellKernel.Grid.lengths[place], at: 0.5, spread: 0.9)
    }
    return result
  }

  /// The least number of observations that the parameters are fitted to.
  private static let leastToFit = 6

  /// Returns the parameters with the greatest posterior density that two rounds of a search along the
  /// coordinates find, from the defaults on.
  func fitted() -> CellKernel.Parameters {
    var theta = CellKernel.Parameters(defaultsFor: kernel.dimensions)
    guard count >= Self.leastToFit else { return theta }
    var best = logPosterior(theta)
    for _ in 0..<2 {
      for place in theta.places.indices {
        for choice in 0..<theta.choices(at: place) where choice != theta.places[place] {
          var other = theta
          other.places[place] = choice
          let density = logPosterior(other)
          if density > best + 1e-9 { (best, theta) = (density, other) }
        }
      }
    }
    return theta
  }

  /// Returns the posterior of some cells, with fitted parameters.
  ///
  /// - Parameter cells: The cells in the order of the result; nil for all.
  func posterior(of cells: [Int]? = nil) -> Posterior {
    let theta = fitted()
    let cells = cells ?? Array(0..<kernel.count)
    guard let factors = factors(theta) else {
      preconditionFailure("λ/P on the diagonal makes the matrix positive definite")
    }
    let (size, width) = (seen.count, cells.count)
    var gain = kernel.matrix(theta, rows: seen, columns: cells)
    ck_solve_transposed(size, factors.upper, width, &gain)
    var mean = [Double](repeating: factors.level, count: width)
    for row in 0..<size {
      for column in 0..<width { mean[column] += gain[row * width + column] * factors.residual[row] }
    }
    var covariance = kernel.matrix(theta, rows: cells, columns: cells)
    ck_subtract_gram(size, width, gain, &covariance)
    for index in covariance.indices { covariance[index] *= factors.scale }
    return Posterior(
      mean: mean, covariance: covariance, noise: factors.scale * theta.noise,
      level: factors.level, parameters: theta)
  }
}
