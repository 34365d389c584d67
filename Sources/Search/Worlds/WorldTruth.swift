/// What is true of the cells of a world under early stopping, from many seeds.
struct WorldTruth {
  private(set) var mean: [Double] = []
  private(set) var spread: [Double] = []
  private(set) var epochs: [Double] = []

  /// The cells that are drawn together, which decides the order of the draws.
  private static let cellsOfDraw = 10
  /// The cells that get more seeds, because one of them is the best.
  private static let closeCells = 12

  init(of model: CurveModel, seed: Int, seedCount: Int) {
    var generator = NumPyGenerator(seed: [seed, 13])
    for first in stride(from: 0, to: World.cellCount, by: Self.cellsOfDraw) {
      let cells = Array(first..<min(first + Self.cellsOfDraw, World.cellCount))
      let ends = Self.ends(of: cells, model, seedCount: seedCount, &generator)
      for place in cells.indices {
        let ends = ends[place * seedCount..<(place + 1) * seedCount]
        let scores = ends.map { Double($0.bestScore) }
        let average = pairwiseMean(scores[...])
        mean.append(average)
        spread.append(
          pairwiseMean(scores.map { ($0 - average) * ($0 - average) }[...]).squareRoot())
        epochs.append(pairwiseMean(ends.map { Double($0.epochs) }[...]))
      }
    }
    // Of equal means the lower cell comes first.
    let best = mean.indices.sorted { (-mean[$0], $0) < (-mean[$1], $1) }.prefix(Self.closeCells)
    let more = 3 * seedCount
    let ends = Self.ends(of: Array(best), model, seedCount: more, &generator)
    for (place, cell) in best.enumerated() {
      let scores = ends[place * more..<(place + 1) * more].map { Double($0.bestScore) }
      mean[cell] = (mean[cell] + 3 * pairwiseMean(scores[...])) / 4
    }
  }

  private static func ends(
    of cells: [Int], _ model: CurveModel, seedCount: Int, _ generator: inout NumPyGenerator
  ) -> [RunEnd] {
    var ends: [RunEnd] = []
    ends.reserveCapacity(cells.count * seedCount)
    model.draw(cells, runs: seedCount, from: &generator) { scores, _ in
      ends.append(RunEnd(of: scores))
    }
    return ends
  }
}

/// Sums in NumPy's order, so that means which are equal or close there are equal or close here as well:
/// eight sums side by side for up to 128 values, halves for more.
func pairwiseSum(_ values: ArraySlice<Double>) -> Double {
  let count = values.count
  if count > 128 {
    let middle = values.startIndex + count / 2 - count / 2 % 8
    return pairwiseSum(values[..<middle]) + pairwiseSum(values[middle...])
  }
  guard count >= 8 else { return values.reduce(0, +) }
  let tail = values.startIndex + count - count % 8
  var sums = Array(values.prefix(8))
  for index in values.startIndex + 8..<tail {
    sums[(index - values.startIndex) % 8] += values[index]
  }
  let sum =
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  return values[tail...].reduce(sum, +)
}

private func pairwiseMean(_ values: ArraySlice<Double>) -> Double {
  pairwiseSum(values) / Double(values.count)
}
