import Trials

/// The points of a history, split into the good ones and the others.
///
/// A point is one observation: its complete trials with their mean score, or else its paused trial. A
/// point whose trial runs, or has failed, counts as one of the others ("constant liar").
struct TPEObservations: Sendable {
  /// The coordinates of the good points, in the order of their first trials.
  let good: [[Double]]
  /// The coordinates of the other points, in the order of their first trials.
  let others: [[Double]]
  /// The number of points with a complete or a paused trial.
  let finishedCount: Int

  private enum Result {
    case complete(mean: Double)
    case paused(epochs: Int, score: Double?)
    case open
  }

  /// - Parameters:
  ///   - points: Points with their trials, in the order of their first trials.
  ///   - coordinates: Returns the coordinates of a point; nil if it lies outside the space.
  init(of points: [SeenPoint], direction: Direction, coordinates: (Point) -> [Double]?) {
    let points = points.compactMap { seen in
      coordinates(seen.point).map { (coordinates: $0, result: Self.result(of: seen.trials)) }
    }
    let results = points.map(\.result)
    let finished = points.indices.filter { if case .open = results[$0] { false } else { true } }
    let ranked = finished.sorted { one, other in
      switch (results[one], results[other]) {
      case (.complete(let mean), .complete(let otherMean)):
        direction.ranks((mean, one), before: (otherMean, other))
      case (.paused(let epochs, let score), .paused(let otherEpochs, let otherScore)):
        epochs == otherEpochs
          ? direction.ranks((score, one), before: (otherScore, other)) : epochs > otherEpochs
      case (.complete, _): true
      default: false
      }
    }
    finishedCount = finished.count
    let good = Set(ranked.prefix(Self.goodCount(finished.count)))
    self.good = points.indices.filter(good.contains).map { points[$0].coordinates }
    others = points.indices.filter { !good.contains($0) }.map { points[$0].coordinates }
  }

  /// Returns how many of the finished points are good: a tenth, rounded up, and 25 at most.
  static func goodCount(_ finished: Int) -> Int { min((finished + 9) / 10, 25) }

  private static func result(of trials: [SeenTrial]) -> Result {
    let scores = trials.filter { $0.state == .complete }.compactMap(\.score)
    if !scores.isEmpty { return .complete(mean: scores.reduce(0, +) / Double(scores.count)) }
    guard let paused = trials.first(where: { $0.state == .paused && !$0.isPending }) else {
      return .open
    }
    return .paused(epochs: paused.epochs, score: paused.score)
  }
}
