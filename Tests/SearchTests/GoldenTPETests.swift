import Foundation
import Literals
import TestSupport
import Testing
import Trials

@testable import Search

/// The cases of `golden/tpe`: histories, and the kernels and densities that Optuna makes of them.
private struct GoldenTPE: Decodable, CustomTestStringConvertible, Sendable {
  struct Parameter: Decodable {
    let name: String
    let choice: [JSONValue]?
    let uniform: [Double]?
    let loguniform: [Double]?
    let steps: [Double]?

    var domain: Domain {
      if let uniform { return .uniform(low: uniform[0], high: uniform[1]) }
      if let loguniform { return .loguniform(low: loguniform[0], high: loguniform[1]) }
      if let steps { return .quniform(low: steps[0], high: steps[1], step: steps[2]) }
      return .choice((choice ?? []).map(\.literal))
    }

    /// The length of the parameter in the unit of Optuna's kernels, and its lower end.
    var range: (start: Double, length: Double) {
      if let steps { return (steps[0] - steps[2] / 2, steps[1] - steps[0] + steps[2]) }
      let bounds = uniform ?? loguniform ?? [0, 1]
      return (bounds[0], bounds[1] - bounds[0])
    }

    func literal(_ value: JSONValue) -> Literal {
      guard let steps, case .number(let number) = value else { return value.literal }
      return domain.value(at: Int(((number - steps[0]) / steps[2]).rounded()))
    }
  }

  struct GoldenTrial: Decodable {
    let values: [JSONValue]
    let state: String
    let epochs: Int?
    let score: Double?
  }

  struct Estimator: Decodable {
    struct Kernels: Decodable {
      let means: [Double]?
      let sigmas: [Double]?
      let rows: [[Double]]?
    }

    let trials: [Int]
    let weights: [Double]
    let kernels: [Kernels]
    let logDensities: [Double]
  }

  let name: String
  let direction: Direction
  let space: [Parameter]
  let trials: [GoldenTrial]
  let points: [[JSONValue]]
  let below: Estimator
  let above: Estimator

  var testDescription: String { name }

  static let all: [GoldenTPE] = Fixture.goldenFiles("tpe").flatMap { file in
    (try? JSONDecoder().decode([GoldenTPE].self, from: Data(contentsOf: file))) ?? []
  }

  func point(_ values: [JSONValue]) -> Point {
    Point(zip(space, values).map { .init(name: $0.name, value: $0.literal($1)) })
  }

  var sampler: TPESampler {
    TPESampler(
      space: SearchSpace(space.map { .init(name: $0.name, domain: $0.domain) }), seed: 1,
      direction: direction)
  }

  /// The trials as a sweep has them. Equal points are different seeds of one point, and would be one
  /// observation; no strategy but this test gives each trial a point of its own.
  var history: History {
    var history = History()
    for trial in trials {
      let point = point(trial.values)
      let seed = (0...).first { history.trial(of: point, seed: $0) == nil } ?? 0
      switch trial.state {
      case "complete": history.train(point, seed: seed, .complete, score: trial.score)
      case "paused":
        history.train(
          point, seed: seed, until: trial.epochs, .paused, epochs: trial.epochs ?? 0,
          score: trial.score)
      default: history.train(point, seed: seed)
      }
    }
    return history
  }
}

extension JSONValue {
  fileprivate var literal: Literal {
    switch self {
    case .number(let number): .real(number)
    case .string(let text): .string(text)
    default: .none
    }
  }
}

@Suite struct GoldenTPETests {
  @Test("The golden cases are there")
  func present() {
    #expect(GoldenTPE.all.count >= 12)
  }

  @Test("Good and other points are split and weighted as in Optuna", arguments: GoldenTPE.all)
  private func golden(golden: GoldenTPE) throws {
    let sampler = golden.sampler
    let observations = TPEObservations(
      of: golden.history.seenTrials.map { SeenPoint(point: $0.trial.point, trials: [$0]) },
      direction: golden.direction, coordinates: sampler.coordinates)
    let densities = sampler.densities(of: observations)
    for (estimator, coordinates, expected) in [
      (densities.good, observations.good, golden.below),
      (densities.others, observations.others, golden.above),
    ] {
      let points = expected.trials.map { golden.point(golden.trials[$0].values) }
      #expect(try coordinates == points.map { try #require(sampler.coordinates(of: $0)) })
      #expect(distance(estimator.weights, expected.weights) < 1e-12)
      for (place, kernels) in estimator.kernels.enumerated() {
        let wanted = expected.kernels[place]
        let (start, length) = golden.space[place].range
        switch kernels {
        case .normal(let kernels):
          let means = try #require(wanted.means)
          #expect(distance(kernels.means.map { start + $0 * length }, means) < 1e-9 * length)
          let sigmas = try #require(wanted.sigmas)
          #expect(distance(kernels.sigmas.map { $0 * length }, sigmas) < 1e-9 * length)
        case .choices(let kernels):
          let rows = try #require(wanted.rows).dropLast()
          #expect(rows.allSatisfy { abs(($0.max() ?? 0) - kernels.hit) < 1e-12 })
          #expect(rows.allSatisfy { abs(($0.min() ?? 0) - kernels.miss) < 1e-12 })
        }
      }
      for (values, logarithm) in zip(golden.points, expected.logDensities) {
        let coordinates = try #require(sampler.coordinates(of: golden.point(values)))
        // Golden densities are those of the values and not of the coordinates.
        let scale = golden.space.reduce(0) {
          $0 + ($1.domain.count == nil ? naturalLogarithm($1.range.length) : 0)
        }
        #expect(abs(estimator.logDensity(at: coordinates) - scale - logarithm) < 1e-6)
      }
    }
  }

  private func distance(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count ? zip(one, other).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
