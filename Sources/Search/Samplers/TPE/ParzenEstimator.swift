#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The density of points like some observations: a weighted sum of kernels, each a product over the
/// parameters, with a uniform prior as the last one.
///
///     let estimator = ParzenEstimator(of: observations, on: axes)
///     let ratio = estimator.logDensity(at: point) - other.logDensity(at: point)
struct ParzenEstimator: Sendable {
  /// The weights of the kernels, which sum to 1.
  let weights: [Double]
  /// The kernels of each parameter.
  let kernels: [ParzenKernels]
  private let logWeights: [Double]

  /// - Parameter observations: The coordinates of each observation, from the oldest to the newest one.
  init(of observations: [[Double]], on axes: [ParzenAxis.Kind]) {
    let raw = Self.weights(observations.count) + [1]
    let total = raw.reduce(0, +)
    weights = raw.map { $0 / total }
    logWeights = weights.map { log($0) }
    kernels = axes.enumerated().map { place, axis in
      ParzenKernels(observations.map { $0[place] }, on: axis)
    }
  }

  /// Returns the weights of observations before normalisation: 1 for the newest 25, and for the older
  /// ones equal steps from 1/count up to 1.
  static func weights(_ count: Int) -> [Double] {
    let old = count - 25
    return (0..<count).map { place in
      guard place < old else { return 1 }
      let first = 1 / Double(count)
      return old == 1 ? first : first + (1 - first) * Double(place) / Double(old - 1)
    }
  }

  /// Returns the logarithm of the density at coordinates, per unit of the coordinates that have no cells.
  func logDensity(at coordinates: [Double]) -> Double {
    var logarithms = logWeights
    for (place, coordinate) in coordinates.enumerated() {
      kernels[place].add(at: coordinate, to: &logarithms)
    }
    let largest = logarithms.max() ?? 0
    var sum = 0.0
    // Smaller terms change no bit of the sum that a rounding error would not change.
    for logarithm in logarithms where logarithm > largest - 50 { sum += exp(logarithm - largest) }
    return largest + log(sum)
  }

  /// Returns the coordinates of a draw.
  ///
  /// - Parameters:
  ///   - choice: A number in [0, 1) that selects the kernel.
  ///   - shares: For each parameter a number in [0, 1).
  func draw(_ choice: Double, _ shares: [Double]) -> [Double] {
    var rest = choice
    let kernel = weights.firstIndex { weight in
      rest -= weight
      return rest < 0
    }
    return kernels.enumerated().map { place, kernels in
      kernels.quantile(shares[place], ofKernel: kernel ?? weights.count - 1)
    }
  }
}
