import Foundation
import TestSupport
import Testing

@testable import Search

/// The cases of `golden/worlds/generator.json`: what NumPy draws.
private struct GoldenDraws: Decodable, CustomTestStringConvertible, Sendable {
  let seed: [Int]
  let draws: [JSONValue]
  let values: [[Double]]

  var testDescription: String { "seed \(seed)" }

  static let all = read("generator.json", as: [GoldenDraws].self)
}

/// The cases of `golden/worlds/worlds.json`: worlds of the simulator in Python.
private struct GoldenWorld: Decodable, CustomTestStringConvertible, Sendable {
  struct Curve: Decodable {
    let cell: Int
    let run: Int
    let scores: [Int]
    let quality: [Double]
  }

  let kind: String
  let seed: Int
  let runs: Int
  let truthSeeds: Int
  let cost: [Double]
  let mean: [Double]
  let spread: [Double]
  let epochs: [Double]
  let gridCost: Double
  let bestMean: Double
  let stops: [Int]
  let finals: [Int]
  let curves: [Curve]
  let orderOfRepeat2: [Int]

  var testDescription: String { "\(kind) \(seed)" }

  static let all = read("worlds.json", as: [GoldenWorld].self)
}

private func read<Value: Decodable>(_ name: String, as type: [Value].Type) -> [Value] {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  let file = Fixture.golden("worlds").appending(path: name)
  return (try? decoder.decode(type, from: Data(contentsOf: file))) ?? []
}

@Suite struct WorldTests {
  @Test("The golden cases are there")
  func present() {
    #expect(GoldenDraws.all.count >= 5)
    #expect(Set(GoldenWorld.all.map(\.kind)) == Set(World.Kind.allCases.map(\.rawValue)))
  }

  @Test("The generator draws what NumPy draws, to the bit", arguments: GoldenDraws.all)
  private func draws(golden: GoldenDraws) throws {
    var generator = NumPyGenerator(seed: golden.seed)
    for (draw, expected) in zip(golden.draws, golden.values) {
      guard case .array(let parts) = draw, case .string(let method) = parts[0],
        case .array(let texts) = parts[1]
      else { throw CocoaError(.coderInvalidValue) }
      let arguments = texts.compactMap { if case .number(let value) = $0 { value } else { nil } }
      let values = expected.map { _ in
        switch method {
        case "random": generator.unit()
        case "uniform": generator.uniform(arguments[0], arguments[1])
        case "integers": Double(generator.integer(below: UInt32(arguments[1])))
        default: generator.normal(standardDeviation: arguments.last ?? 1)
        }
      }
      #expect(values == expected)
    }
  }

  @Test("A world is that of the simulator in Python", arguments: GoldenWorld.all)
  private func world(golden: GoldenWorld) throws {
    let kind = try #require(World.Kind(rawValue: golden.kind))
    let world = World(
      kind, seed: golden.seed, runs: golden.runs, truthSeeds: golden.truthSeeds)
    // A mean is of scores in ten-thousandths: one of them that differs shows up far above 1e-12.
    #expect(isClose(world.cost, golden.cost))
    #expect(isClose(world.trueMean, golden.mean))
    #expect(isClose(world.trueSpread, golden.spread))
    #expect(isClose(world.meanEpochs, golden.epochs))
    #expect(isClose([world.gridCost, world.bestMean], [golden.gridCost, golden.bestMean]))
    let runs = (0..<World.cellCount).flatMap { cell in
      (0..<golden.runs).map { world.end(of: cell, run: $0) }
    }
    #expect(runs.map(\.epochs) == golden.stops)
    #expect(runs.map { tenThousandths($0.bestScore) } == golden.finals)
    for curve in golden.curves {
      let scores = world.curve(of: curve.cell, run: curve.run)
      #expect(scores.map(tenThousandths) == curve.scores)
      let quality = Array(world.quality(of: curve.cell, run: curve.run))
      #expect(isClose([0, 30, 99].map { Double(quality[$0]) }, curve.quality))
    }
    #expect(world.runOrder(repeat: 2) == golden.orderOfRepeat2)
  }

  @Test("A world has the cells of its grid, and the same world comes out again")
  func repeatable() {
    let (one, other) = (
      World(.slow, seed: 3, runs: 2, truthSeeds: 2), World(.slow, seed: 3, runs: 2, truthSeeds: 2)
    )
    #expect(World.space.cellCount == World.cellCount)
    #expect(one.curves == other.curves)
    #expect(one.trueMean == other.trueMean)
    #expect(one.runOrder(repeat: 0) != one.runOrder(repeat: 1))
  }

  @Test("A run ends after more than ten epochs without a better score")
  func ends() {
    let climbing = (0..<100).map { Float($0) }
    #expect(RunEnd(of: climbing) == RunEnd(epochs: 100, bestScore: 99))
    let flat = [Float](repeating: 0.5, count: 100)
    #expect(RunEnd(of: flat) == RunEnd(epochs: 12, bestScore: 0.5))
    let late = [0.5] + [Float](repeating: 0.25, count: 10) + [0.75] + flat
    #expect(RunEnd(of: late) == RunEnd(epochs: 23, bestScore: 0.75))
  }

  private func isClose(_ one: [Double], _ other: [Double]) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) }
  }

  private func tenThousandths(_ score: Float) -> Int { Int((score * 10_000).rounded()) }
}
