#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The kernels of one parameter: one for each observation, in their order, and the prior, which is the
/// last one.
enum ParzenKernels: Sendable {
  case choices(ChoiceKernels)
  case normal(NormalKernels)

  init(_ observations: [Double], on axis: ParzenAxis.Kind) {
    switch axis {
    case .choices(let count): self = .choices(ChoiceKernels(observations, count: count))
    case .steps(let count): self = .normal(NormalKernels(observations, width: 1 / Double(count)))
    case .line: self = .normal(NormalKernels(observations, width: nil))
    }
  }

  /// Adds the logarithm of each kernel's density, or mass, at a coordinate.
  func add(at coordinate: Double, to logarithms: inout [Double]) {
    switch self {
    case .choices(let kernels): kernels.add(at: coordinate, to: &logarithms)
    case .normal(let kernels): kernels.add(at: coordinate, to: &logarithms)
    }
  }

  /// Returns the coordinate below which lies a share of a kernel's mass.
  func quantile(_ share: Double, ofKernel kernel: Int) -> Double {
    switch self {
    case .choices(let kernels): kernels.quantile(share, ofKernel: kernel)
    case .normal(let kernels):
      TruncatedNormal(mean: kernels.means[kernel], sigma: kernels.sigmas[kernel]).quantile(share)
    }
  }
}

/// The kernels of a `choice`. With n observations, each kernel has 1/(n + 1) on every value, and 1 more on
/// the observed one, normalised. The prior is uniform.
struct ChoiceKernels: Sendable {
  /// The index of the observed value of each kernel; −1 for the prior.
  private let observed: [Double]
  private let count: Int
  /// The probability of a value that was not observed.
  let miss: Double
  /// The probability of the observed value.
  let hit: Double

  init(_ observations: [Double], count: Int) {
    self.count = count
    observed = observations + [-1]
    let base = 1 / Double(observations.count + 1)
    let total = 1 + base * Double(count)
    miss = base / total
    hit = (1 + base) / total
  }

  func add(at coordinate: Double, to logarithms: inout [Double]) {
    let (logHit, logMiss) = (log(hit), log(miss))
    let prior = observed.count - 1
    for kernel in 0..<prior {
      logarithms[kernel] += observed[kernel] == coordinate ? logHit : logMiss
    }
    logarithms[prior] -= log(Double(count))
  }

  func quantile(_ share: Double, ofKernel kernel: Int) -> Double {
    let own = observed[kernel]
    guard own >= 0 else { return value(at: share * Double(count)) }
    if share < own * miss { return min(value(at: share / miss), own) }
    if share < own * miss + hit { return own }
    return max(value(at: (share - hit) / miss + 1), own)
  }

  /// Returns the index of the cell of length 1 at a position.
  private func value(at position: Double) -> Double {
    min(position.rounded(.down), Double(count - 1))
  }
}

/// Normal kernels on [0, 1], truncated there.
///
/// A kernel's mean is its observation. Its σ is the distance to the farther one of its two neighbours, of
/// which 0 and 1 are the last ones. The first and the last kernel look at their inner neighbour alone,
/// unless there is only one. σ lies between 1/min(100, n + 2) and 1 ("magic clip"). The prior has mean ½
/// and σ 1.
struct NormalKernels: Sendable {
  let means: [Double]
  let sigmas: [Double]
  /// The length of a value's cell, whose mass counts; nil if there are no cells and the density counts.
  private let width: Double?
  private let inverses: [Double]
  /// `TruncatedNormal.logScale` of each kernel, or −`logMass` if there are cells.
  private let scales: [Double]
  /// The number of each kernel's first equal, among which only the first one is computed; empty if there
  /// are no cells.
  private var firstEquals: [Int] = []

  init(_ observations: [Double], width: Double?) {
    let order = observations.indices.sorted {
      observations[$0] == observations[$1] ? $0 < $1 : observations[$0] < observations[$1]
    }
    var sigmas = [Double](repeating: 1, count: observations.count + 1)
    let smallest = 1 / min(100, Double(observations.count + 2))
    for (place, kernel) in order.enumerated() {
      let isFirst = place == 0
      let isLast = place == order.count - 1
      let left = observations[kernel] - (isFirst ? 0 : observations[order[place - 1]])
      let right = (isLast ? 1 : observations[order[place + 1]]) - observations[kernel]
      let gap = isFirst == isLast ? max(left, right) : isFirst ? right : left
      sigmas[kernel] = min(max(gap, smallest), 1)
    }
    let means = observations + [0.5]
    self.means = means
    self.sigmas = sigmas
    self.width = width
    inverses = sigmas.map { 1 / $0 }
    scales = means.indices.map { kernel in
      let normal = TruncatedNormal(mean: means[kernel], sigma: sigmas[kernel])
      return width == nil ? normal.logScale : -normal.logMass
    }
    guard width != nil else { return }
    // Few values have many observations, so that many kernels are equal.
    var firsts: [SIMD2<Double>: Int] = [:]
    firstEquals = means.indices.map { kernel in
      let key = SIMD2(means[kernel], sigmas[kernel])
      if let first = firsts[key] { return first }
      firsts[key] = kernel
      return kernel
    }
  }

  func add(at coordinate: Double, to logarithms: inout [Double]) {
    guard let width else {
      for kernel in means.indices {
        let z = (coordinate - means[kernel]) * inverses[kernel]
        logarithms[kernel] += scales[kernel] - 0.5 * z * z
      }
      return
    }
    var masses = scales
    for kernel in means.indices {
      let first = firstEquals[kernel]
      if first == kernel {
        masses[kernel] += TruncatedNormal.logMass(
          (coordinate - means[kernel]) * inverses[kernel], half: 0.5 * width * inverses[kernel])
      } else {
        masses[kernel] = masses[first]
      }
      logarithms[kernel] += masses[kernel]
    }
  }
}
