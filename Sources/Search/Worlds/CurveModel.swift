#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The distribution of the learning curves of a world, by cell.
///
/// With t = 0, 1, … the curve of a run is
///
///     P (1 − exp(−(t + 1) / τ))              a fast rise to the plateau P
///     − D (1 − exp(−t / (8 max(1, τ))))      the plateau sags by D
///     + (Q − P + D)⁺ sigmoid((t − T) / w)    the late climb at epoch T to the ceiling Q, w = T/5 in [2, 12]
///     − r (t − 1.25 T − 20)⁺                 over-fitting after the climb
///
/// plus a wandering of the run, AR(1), and the noise of the measurement. T and D are log-normal over
/// seeds, P and Q normal. A run whose climb has not begun before patience runs out ends on its plateau:
/// that makes the outcomes of a cell bimodal.
struct CurveModel {
  /// What an epoch costs, by cell.
  let cost: [Double]
  /// The means of P and Q, and the median of T, by cell.
  private(set) var plateau: [Double]
  private(set) var ceiling: [Double]
  private(set) var climb: [Double]
  /// The median of D.
  private(set) var sag = 0.0010
  /// 1 − exp(−(t + 1) / τ): cells × epochs.
  let rise: [Double]
  /// 1 − exp(−t / (8 max(1, τ))): cells × epochs.
  let sagging: [Double]

  static let climbSpread = 0.4
  static let sagSpread = 0.6
  static let ceilingSpread = 0.0010
  static let plateauSpread = 0.0005
  static let overfitting = 0.0002
  static let wandering = 0.0006
  static let noise = 0.0011

  /// Draws the cells of a world. The draws of every kind begin with those of `sine`, used or not.
  init(_ kind: World.Kind, seed: Int) {
    var generator = NumPyGenerator(seed: [seed, 7])
    /// A random walk over the values of a parameter.
    func walk(_ count: Int, _ spread: Double) -> [Double] {
      let step = spread / (Double(count) / 2).squareRoot()
      var place = 0.0
      return (0..<count).map { _ in
        place += generator.normal(standardDeviation: step)
        return place
      }
    }
    let cells = (0..<World.cellCount).map { cell in
      (rate: cell / 24, prototype: cell / 4 % 6, interest: cell % 4)
    }
    cost = cells.map { cell in
      let interests = Double(World.interestSizes[cell.interest] - 4)
      let prototypes = Double(World.prototypeSizes[cell.prototype])
      return (1 + 0.95 * interests / 12) * (1 + 0.55 * log(prototypes / 50) / log(100))
    }

    let climbOfPrototypes = walk(6, 0.15)
    let climbOfInterests = zip([0, -0.15, -0.2, -0.2], walk(4, 0.1)).map(+)
    let ceilingOfPrototypes = walk(6, 0.0007)
    let ceilingOfInterests = zip([0, 0.0008, 0.0008, 0.0004], walk(4, 0.0005)).map(+)
    let own = generator.normals(cells.count, standardDeviation: 0.0005)
    /// The parts of the ceiling, added to a base in NumPy's order.
    func ceiling(_ base: (Int) -> Double, prototypes weight: Double = 1) -> [Double] {
      cells.indices.map { index in
        let cell = cells[index]
        return base(index) + ceilingOfPrototypes[cell.prototype] * weight
          + ceilingOfInterests[cell.interest] + own[index]
      }
    }
    func trend(of index: Int) -> Double {
      climbOfPrototypes[cells[index].prototype] + climbOfInterests[cells[index].interest]
    }
    func plateau(_ base: Double, _ unit: Double, _ byRate: [Double]) -> [Double] {
      let offsets = generator.normals(cells.count, standardDeviation: 0.0002)
      return cells.indices.map { base + unit * byRate[cells[$0].rate] + offsets[$0] }
    }
    func climb(_ byRate: [Double]) -> [Double] {
      let offsets = generator.normals(cells.count, standardDeviation: 0.08)
      return cells.indices.map { byRate[cells[$0].rate] * exp(trend(of: $0) + offsets[$0]) }
    }

    self.plateau = plateau(0.0214, 0.0003, [0, 0, 3, 3, 1])
    self.climb = climb([20, 40, 130, 260, 900])
    self.ceiling = ceiling { 0.0316 + [-0.0007, 0.0007, 0, 0, 0][cells[$0].rate] }
    var tau = cells.map { cell in
      [0.5, 0.9, 1.8, 4, 20][cell.rate] * exp(0.35 * (Double(cell.interest) / 3))
    }

    switch kind {
    case .sine: break
    case .smooth:
      let best = generator.uniform(-3.3, -2.2)
      let rates = cells.map { log10(World.learningRates[$0.rate]) }
      let offsets = generator.normals(cells.count, standardDeviation: 0.1)
      tau = cells.indices.map { 4 * exp(-0.6 * (rates[$0] + 3) + offsets[$0]) }
      self.ceiling = ceiling(
        { 0.034 - 0.004 * ((rates[$0] - best) * (rates[$0] - best)) }, prototypes: 2
      ).map { max($0, 0.004) }
      self.plateau = self.ceiling
      self.climb = cells.map { _ in 1e9 }
      sag = 0
    case .interact:
      let (rate, prototype) = (generator.integer(below: 3), generator.integer(below: 6))
      let interest = generator.integer(below: 4)
      func square(_ distance: Int) -> Double { Double(distance * distance) }
      let offsets = generator.normals(cells.count, standardDeviation: 0.08)
      self.climb = zip(cells, offsets).map { cell, offset in
        let distance =
          square(cell.rate - rate) / 0.7 + square(cell.prototype - prototype) / 2.5
          + square(cell.interest - interest) / 1.2
        return 14 * exp(0.55 * min(distance, 6)) * exp(offset)
      }
    case .slow:
      self.ceiling = ceiling { 0.030 + [0, 0.0015, 0.004, 0.005, -0.002][cells[$0].rate] }
      self.climb = cells.indices.map { [8, 11, 18, 26, 60][cells[$0].rate] * exp(trend(of: $0)) }
    case .weak:
      self.climb = climb([27, 42, 110, 140, 900])
      self.plateau = plateau(0.0220, 0.0001, [0, 0, 9, 9, -5])
    }

    let epochs = (0..<World.epochLimit).map(Double.init)
    rise = tau.flatMap { tau in epochs.map { 1 - exp(-($0 + 1) / tau) } }
    sagging = tau.flatMap { tau in epochs.map { 1 - exp(-$0 / (8 * max(1, tau))) } }
  }
}
