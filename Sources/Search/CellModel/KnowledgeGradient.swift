/// The expected rise of the greatest posterior mean that one more finished run of each cell brings (Frazier,
/// Powell and Dayanik, 2009), by quadrature over the outcome of the run.
///
///     KG(c) = Σ_q w_q max_i(μ_i + z_q Σ_ic / √(Σ_cc + σ²)) − max μ
enum KnowledgeGradient {
  /// Only so many cells with the greatest means can become the best.
  private static let rivals = 40

  private static let nodes = [
    -2.5, -2, -1.5, -1.1, -0.75, -0.45, -0.2, 0, 0.2, 0.45, 0.75, 1.1, 1.5, 2, 2.5,
  ]

  /// The normal density at each node, times the width that the node stands for.
  private static let weights: [Double] = {
    let weights = nodes.indices.map { index in
      let (low, high) = (max(index - 1, 0), min(index + 1, nodes.count - 1))
      return exponential(-0.5 * nodes[index] * nodes[index]) * width(at: index, low, high)
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }()

  /// The derivative of the nodes by their index: of second order inside, of first order at the ends.
  private static func width(at index: Int, _ low: Int, _ high: Int) -> Double {
    (nodes[high] - nodes[low]) / Double(high - low)
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
    let rivals = Array(order.prefix(Self.rivals))
    guard let first = rivals.first else { return [] }
    let top = mean[first]
    return (0..<count).map { cell in
      let own = covariance[cell * count + cell]
      let scale = 1 / (max(own, 0) + noise + .leastNormalMagnitude).squareRoot()
      var gain = 0.0
      for (node, weight) in zip(nodes, weights) {
        var best = -Double.infinity
        for rival in rivals {
          best = max(best, mean[rival] + node * covariance[cell * count + rival] * scale)
        }
        gain += weight * best
      }
      return gain - top
    }
  }

  /// Returns the gradient of each cell without quadrature, by the lines of the envelope
  ///
  ///     E max_i(μ_i + b_i Z) − max μ = Σ_k (b_{k+1} − b_k) f(−|c_k|),   f(z) = φ(z) + z Φ(z)
  ///
  /// over the breakpoints c_k of the upper envelope of the lines μ_i + b_i z.
  static func exact(mean: [Double], covariance: [Double], noise: Double) -> [Double] {
    let count = mean.count
    let order = mean.indices.sorted { (mean[$0], $1) > (mean[$1], $0) }
    let rivals = Array(order.prefix(Self.rivals))
    return (0..<count).map { cell in
      let own = covariance[cell * count + cell]
      let scale = 1 / (max(own, 0) + noise + .leastNormalMagnitude).squareRoot()
      var lines = rivals.map { (slope: covariance[cell * count + $0] * scale, height: mean[$0]) }
      lines.sort { ($0.slope, $0.height) < ($1.slope, $1.height) }
      var envelope: [(slope: Double, height: Double)] = []
      var breaks: [Double] = []
      for line in lines {
        if let last = envelope.last, line.slope - last.slope <= 1e-300 {
          envelope.removeLast()
          if !breaks.isEmpty { breaks.removeLast() }
        }
        while let last = envelope.last {
          let crossing = (last.height - line.height) / (line.slope - last.slope)
          if let previous = breaks.last, crossing <= previous {
            envelope.removeLast()
            breaks.removeLast()
          } else {
            breaks.append(crossing)
            break
          }
        }
        envelope.append(line)
      }
      var gain = 0.0
      for (place, crossing) in breaks.enumerated() {
        let z = -abs(crossing)
        let loss =
          exponential(-0.5 * z * z) / (2 * Double.pi).squareRoot() + z * normalDistribution(z)
        gain += (envelope[place + 1].slope - envelope[place].slope) * max(loss, 0)
      }
      return gain
    }
  }
}
