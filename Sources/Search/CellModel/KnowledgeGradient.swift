/// The expected rise of the greatest posterior mean that one more finished run of each cell brings (Frazier,
/// Powell and Dayanik, 2009).
///
/// A run of cell c moves all means along lines: to μ_i + b_i Z with b_i = Σ_ic / √(Σ_cc + σ²) and a
/// standard normal Z. With the breakpoints z_k of the upper envelope of these lines,
///
///     KG(c) = E max_i(μ_i + b_i Z) − max μ = Σ_k (b_{k+1} − b_k) f(−|z_k|),   f(z) = φ(z) + z Φ(z)
///
/// Every term is positive, so a small gain is a small number and not the rounding error of a large one. A
/// quadrature over Z would make all gains 0 as soon as no node of it changes which cell is the best.
enum KnowledgeGradient {
  /// Only so many cells with the greatest means can become the best.
  private static let rivals = 40

  private struct Line {
    let slope: Double
    let height: Double
  }

  /// Returns the gradient of each cell.
  ///
  /// - Parameters:
  ///   - mean: The posterior means μ.
  ///   - covariance: Σ, row by row.
  ///   - noise: σ², the variance of a run.
  static func values(mean: [Double], covariance: [Double], noise: Double) -> [Double] {
    let count = mean.count
    let order = mean.indices.sorted { (mean[$0], $1) > (mean[$1], $0) }
    let rivals = order.prefix(Self.rivals)
    return (0..<count).map { cell in
      let own = covariance[cell * count + cell]
      let scale = 1 / (max(own, 0) + noise + .leastNormalMagnitude).squareRoot()
      return gain(
        rivals.map { Line(slope: covariance[cell * count + $0] * scale, height: mean[$0]) })
    }
  }

  /// Returns how far the expected maximum of some lines at a standard normal Z lies above their maximum at
  /// 0.
  private static func gain(_ lines: [Line]) -> Double {
    var envelope: [Line] = []
    var breakpoints: [Double] = []
    for line in lines.sorted(by: { ($0.slope, $0.height) < ($1.slope, $1.height) }) {
      // Of parallel lines the last one is the highest.
      if let last = envelope.last, last.slope == line.slope {
        envelope.removeLast()
        _ = breakpoints.popLast()
      }
      while let last = envelope.last {
        let crossing = (last.height - line.height) / (line.slope - last.slope)
        guard let previous = breakpoints.last, crossing <= previous else {
          breakpoints.append(crossing)
          break
        }
        envelope.removeLast()
        breakpoints.removeLast()
      }
      envelope.append(line)
    }
    return breakpoints.indices.reduce(0) { sum, place in
      sum + (envelope[place + 1].slope - envelope[place].slope) * loss(-abs(breakpoints[place]))
    }
  }

  /// f(z) = φ(z) + z Φ(z), the expectation of max(Z + z, 0), for z ≤ 0.
  private static func loss(_ z: Double) -> Double {
    let density = exponential(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    return max(density + z * normalDistribution(z), 0)
  }
}
