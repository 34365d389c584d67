import Foundation
import Literals
import TestSupport
import Testing
import Trials

@testable import Search

private struct GoldenSobol: Decodable {
  let dimensions: Int
  let count: Int
  let points: [[UInt32]]
}

private func space(_ text: String) throws -> SearchSpace {
  try SearchSpace.parse(text, file: "h")
}

@Suite struct SobolSamplerTests {
  @Test("The sequence is that of SciPy in all its dimensions")
  func golden() throws {
    let file = try #require(Fixture.goldenFiles("sobol").first)
    let golden = try JSONDecoder().decode(GoldenSobol.self, from: Data(contentsOf: file))
    #expect(golden.dimensions == SobolSequence.dimensions && golden.points.count == golden.count)
    for (number, point) in golden.points.enumerated() {
      for (dimension, coordinate) in point.enumerated() {
        let own = SobolSequence.coordinate(UInt32(number), dimension: dimension)
        #expect(own >> 2 == coordinate && own & 3 == 0)
      }
    }
  }

  @Test("Each of 2ᵏ equal intervals has one of 2ᵏ points, in every dimension and for every seed")
  func stratified() throws {
    let names = (0..<SobolSequence.dimensions).map { "p\($0)" }
    let space = try space(names.map { "\($0) uniform 0,1" }.joined(separator: "\n"))
    for seed in 0..<3 as Range<UInt64> {
      let points = SobolSampler(space: space, seed: seed).points(64)
      for name in names {
        for count in [2, 16, 64] {
          let cells = points.prefix(count).compactMap {
            $0[name]?.number.map { Int($0 * Double(count)) }
          }
          #expect(Set(cells) == Set(0..<count))
        }
      }
    }
  }

  @Test("Two dimensions are even together: every box of area 1/64 has one of 64 points")
  func boxes() throws {
    let points = try SobolSampler(space: space("a uniform 0,1\nb uniform 0,1"), seed: 8).points(64)
    for width in [1.0, 2, 4, 8, 16, 32, 64] {
      let boxes = points.map { point in
        [(point["a"]?.number ?? 0) * width, (point["b"]?.number ?? 0) * (64 / width)].map {
          Int($0)
        }
      }
      #expect(Set(boxes).count == 64)
    }
  }

  @Test("The points are fixed for all time, differ by seed, and have all bits of a float")
  func stable() throws {
    let space = try space("a uniform 0,1\nb quniform 0,100,1\nc choice ['x','y','z']")
    let sampler = SobolSampler(space: space, seed: 0)
    #expect(
      sampler.points(2).map(\.description) == [
        "a:0.6299577273621562, b:73, c:y", "a:0.16456030021209167, b:26, c:y",
      ])
    #expect(sampler.points(16) != SobolSampler(space: space, seed: 1).points(16))
    #expect(sampler.points(100).allSatisfy(space.contains))
    let fine = sampler.points(64).compactMap { $0["a"]?.number }.map { $0 * 0x1p32 }
    #expect(fine.contains { $0 != $0.rounded() })
  }

  @Test("Point n of a sweep is point n of the sequence, whatever the outcomes")
  func numbered() throws {
    let sampler = try SobolSampler(space: space("a uniform 0,1"), seed: 3)
    #expect(!sampler.readsOutcomes)
    var history = History()
    for (number, point) in sampler.points(20).enumerated() {
      #expect(sampler.point(number, after: history) == point)
      history.train(point)
    }
  }

  @Test("A finite space is proposed without replacement: the next point takes a tried one's place")
  func finite() throws {
    let space = try space("a choice [1,2,3,4]\nb quniform 0,4,1\nc choice ['x','y','z']")
    let sampler = SobolSampler(space: space, seed: 3)
    var history = History()
    var expected: [Point] = []
    while let point = sampler.point(history.pointCount, after: history) {
      history.train(point)
      // The first new point from its number on, if one of the next hundred is new.
      let next = (expected.count..<expected.count + 100).lazy.map { sampler.point($0) }
        .first { !expected.contains($0) }
      if let next { #expect(point == next) }
      expected.append(point)
    }
    #expect(expected.count == 60 && Set(expected).count == 60)
  }

  @Test("More parameters than dimensions are random in the rest")
  func manyParameters() throws {
    let names = (0..<SobolSequence.dimensions + 3).map { "p\($0)" }
    let sampler = try SobolSampler(
      space: space(names.map { "\($0) uniform 0,1" }.joined(separator: "\n")), seed: 1)
    let points = sampler.points(200)
    for name in names.suffix(3) {
      let values = points.compactMap { $0[name]?.number }
      #expect(Set(values).count == 200 && abs(values.reduce(0, +) / 200 - 0.5) < 0.1)
    }
  }

  @Test("A mean of 256 points has less than a fifth of the error of random ones")
  func integrates() throws {
    let space = try space((0..<5).map { "p\($0) uniform 0,1" }.joined(separator: "\n"))
    func error(_ points: [Point]) -> Double {
      let mean =
        points.reduce(0.0) { sum, point in
          sum + point.entries.reduce(1) { $0 * (0.5 + ($1.value.number ?? 0)) }
        } / Double(points.count)
      return abs(mean - 1)
    }
    var (even, random) = (0.0, 0.0)
    for seed in 0..<4 as Range<UInt64> {
      even += error(SobolSampler(space: space, seed: seed).points(256))
      let sampler = RandomSampler(space: space, seed: seed)
      random += error((0..<256).map { sampler.point($0) })
    }
    #expect(even < random / 5)
  }
}
