import Literals
import Trials

/// Proposes points that resemble good points more than other points: the tree-structured Parzen estimator
/// (Bergstra et al., 2011) in the multivariate form of Optuna 5.
///
/// The first points are random. Then l is the density of the best tenth of the finished points and g that
/// of all others, see `TPEObservations`. Of 24 draws from l, the one with the greatest l/g that has not
/// been tried is proposed.
package struct TPESampler: Sampler {
  /// The number of finished points before which points are random.
  private static let startup = 10
  private static let candidateCount = 24
  /// The number of times that candidates are drawn when all of them have been tried.
  private static let rounds = 4

  private let parameters: [(name: String, hash: UInt64, axis: ParzenAxis)]
  private let seed: UInt64
  private let direction: Direction
  private let random: RandomSampler

  package var readsOutcomes: Bool { true }

  package init(space: SearchSpace, seed: UInt64, direction: Direction) {
    parameters = space.parameters.map {
      ($0.name, CounterRandom.hash($0.name), ParzenAxis($0.domain))
    }
    self.seed = seed
    self.direction = direction
    random = RandomSampler(space: space, seed: seed)
  }

  package func point(_ number: Int, after history: History) -> Point? {
    proposal(number, after: history)?.point
  }

  package func proposal(_ number: Int, after history: History) -> Proposal? {
    let observations = observations(in: history)
    if observations.finishedCount >= Self.startup {
      let densities = densities(of: observations)
      for round in 0..<Self.rounds {
        let candidates = candidates(number, round: round, densities)
        if let proposal = best(of: candidates, in: history) { return proposal }
      }
    }
    return random.point(number, after: history).map { Proposal($0) }
  }

  func observations(in history: History) -> TPEObservations {
    TPEObservations(of: history.seenPoints, direction: direction, coordinates: coordinates)
  }

  /// The densities of good and of other points.
  typealias Densities = (good: ParzenEstimator, others: ParzenEstimator)

  func densities(of observations: TPEObservations) -> Densities {
    let axes = parameters.map(\.axis.kind)
    return (
      ParzenEstimator(of: observations.good, on: axes),
      ParzenEstimator(of: observations.others, on: axes)
    )
  }

  /// Returns the coordinates of a point, by parameter; nil if it lies outside the space.
  func coordinates(of point: Point) -> [Double]? {
    var coordinates: [Double] = []
    coordinates.reserveCapacity(parameters.count)
    for (place, parameter) in parameters.enumerated() {
      // Most points have the order of the space.
      let entry = place < point.entries.count ? point.entries[place] : nil
      let value = entry?.name == parameter.name ? entry?.value : point[parameter.name]
      guard let value, let coordinate = parameter.axis.coordinate(of: value) else { return nil }
      coordinates.append(coordinate)
    }
    return coordinates
  }

  private typealias Candidate = (point: Point, value: Double)

  /// Returns draws from the density of good points, each with log l − log g.
  private func candidates(_ number: Int, round: Int, _ densities: Densities) -> [Candidate] {
    let number = UInt64(bitPattern: Int64(number))
    return (0..<Self.candidateCount).map { place in
      let draw = UInt64(round * Self.candidateCount + place)
      func unit(_ hash: UInt64) -> Double {
        CounterRandom.unit(CounterRandom.bits(seed, number, hash, draw, Self.stream))
      }
      let drawn = densities.good.draw(unit(Self.stream), parameters.map { unit($0.hash) })
      let coordinates = zip(parameters, drawn).map { $0.axis.rounded($1) }
      let point = Point(
        zip(parameters, coordinates).map {
          Point.Entry(name: $0.name, value: $0.axis.value(at: $1))
        })
      return (
        point,
        densities.good.logDensity(at: coordinates) - densities.others.logDensity(at: coordinates)
      )
    }
  }

  /// Tells these draws from those of other samplers, and the draw of a kernel from that of a parameter.
  private static let stream = CounterRandom.hash("parzen kernel")

  /// Returns the best candidate that has not been tried, and the second one; nil if all have been tried.
  private func best(of candidates: [Candidate], in history: History) -> Proposal? {
    let ranked = candidates.indices.sorted {
      Direction.maximize.ranks((candidates[$0].value, $0), before: (candidates[$1].value, $1))
    }
    let untried = ranked.lazy.map { candidates[$0] }.filter { !history.hasTried($0.point) }
    guard let first = untried.first else { return nil }
    var why = Rationale(.density, value: first.value)
    why.runnerUp = untried.first { $0.point != first.point }
      .map { Rationale.Alternative(point: $0.point, value: $0.value) }
    why.choices = candidates.count
    return Proposal(first.point, why: why)
  }
}
