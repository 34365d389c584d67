#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A normal distribution with mean μ and standard deviation σ, cut off outside [0, 1].
///
/// μ lies in [0, 1], so neither cut goes through a far tail: the mass that is left is at least
/// Φ(1/σ) − Φ(0).
struct TruncatedNormal {
  let mean: Double
  let sigma: Double
  /// Φ((0 − μ)/σ), the mass below the lower cut.
  private let below: Double
  /// 1 − Φ((1 − μ)/σ), the mass above the upper cut.
  private let above: Double

  init(mean: Double, sigma: Double) {
    self.mean = mean
    self.sigma = sigma
    below = Self.lowerTail(-mean / sigma)
    above = Self.lowerTail((mean - 1) / sigma)
  }

  /// log(Φ((1 − μ)/σ) − Φ((0 − μ)/σ)), the logarithm of the mass between the cuts.
  var logMass: Double { log1p(-below - above) }

  /// log(1/(σ√2π)) − `logMass`: what the logarithm of the density has beside −z²/2.
  var logScale: Double { -log(sigma) - 0.5 * log(2 * .pi) - logMass }

  /// Returns log(Φ(z + half) − Φ(z − half)); −∞ if the mass is below the smallest float.
  static func logMass(_ z: Double, half: Double) -> Double {
    // So narrow an interval would be lost to cancellation.
    if half < 1e-5 { return -0.5 * z * z - 0.5 * log(2 * .pi) + log(2 * half) }
    let near = abs(z) - half
    let far = abs(z) + half
    // Beside the mean the two tails that are subtracted are small and therefore exact.
    let mass =
      near > 0
      ? lowerTail(-near) - lowerTail(-far)
      : 0.5 * (erf(far / 2.0.squareRoot()) - erf(near / 2.0.squareRoot()))
    return log(mass)
  }

  /// Returns the number in [0, 1] below which lies this share of the mass.
  func quantile(_ share: Double) -> Double {
    let mass = 1 - below - above
    let left = below + share * mass
    let right = above + (1 - share) * mass
    let z = left < right ? Self.inverseLowerTail(left) : -Self.inverseLowerTail(right)
    return min(max(mean + sigma * z, 0), 1)
  }

  /// Returns Φ(x), exact to the last bits for negative x.
  static func lowerTail(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// Returns the x with Φ(x) = p for 0 < p ≤ ½, and −∞ for 0.
  ///
  /// It is Newton's method for log Φ(x) = log p. log Φ is concave, and Φ(x) ≤ ½·exp(−x²/2) for x ≤ 0,
  /// so the start lies left of the root and all steps go right.
  static func inverseLowerTail(_ p: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard p < 0.5 else { return 0 }
    let target = log(p)
    var x = -(-2 * (target + log(2))).squareRoot()
    for _ in 0..<50 {
      let tail = lowerTail(x)
      let density = exp(-0.5 * x * x) / (2 * .pi).squareRoot()
      let step = (target - log(tail)) * tail / density
      x += step
      if abs(step) <= 1e-12 * abs(x) { break }
    }
    return x
  }
}
