#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CurveModel {
  /// Draws runs of some cells and gives each to `body`, cell by cell: its scores, rounded to four
  /// decimals, and the true quality of its epochs.
  ///
  /// The four properties of the runs are drawn first, each for all runs. Then comes what all runs wander,
  /// and last the noise: NumPy fills one array after the other.
  func draw(
    _ cells: [Int], runs: Int, from generator: inout NumPyGenerator,
    _ body: (_ scores: [Float], _ quality: [Double]) -> Void
  ) {
    let (count, length) = (cells.count * runs, World.epochLimit)
    let lateness = generator.normals(count)
    let ceilings = generator.normals(count)
    let plateaus = generator.normals(count)
    let sags = generator.normals(count)
    var paths = [Double](repeating: 0, count: count * length)
    for index in paths.indices {
      let shock = generator.normal()
      paths[index] = index % length == 0 ? shock : 0.85 * paths[index - 1] + 0.527 * shock
    }
    var scores = [Float](repeating: 0, count: length)
    var quality = [Double](repeating: 0, count: length)
    for run in 0..<count {
      let cell = cells[run / runs]
      let start = climb[cell] * exp(Self.climbSpread * lateness[run])
      let level = plateau[cell] + Self.plateauSpread * plateaus[run]
      let depth = sag * exp(Self.sagSpread * sags[run])
      let height = max(ceiling[cell] + Self.ceilingSpread * ceilings[run] - level + depth, 0)
      let width = min(max(start / 5, 2), 12)
      for epoch in 0..<length {
        let time = Double(epoch)
        let rising = level * rise[cell * length + epoch] - depth * sagging[cell * length + epoch]
        let climbed = height / (1 + exp(-min(max((time - start) / width, -40), 40)))
        let overfitted = Self.overfitting * max(0, time - 1.25 * start - 20)
        let clean = rising + climbed - overfitted
        quality[epoch] = clean
        scores[epoch] = Self.rounded(
          Float(
            clean + Self.wandering * paths[run * length + epoch] + Self.noise * generator.normal()))
      }
      body(scores, quality)
    }
  }

  /// Rounds to four decimals as NumPy does in single precision: scales, rounds half to even, and scales
  /// back.
  private static func rounded(_ score: Float) -> Float {
    (score * 10_000).rounded(.toNearestOrEven) / 10_000
  }
}
