import Foundation
import Literals
import TestSupport
import Testing

@testable import Search

private func space(_ text: String) throws -> SearchSpace {
  try SearchSpace.parse(text, file: "h")
}

private let grid = """
  learning_rate choice [0.01,0.005,0.001,0.0005,0.0001]
  prototype_size choice [50,100,500,1000,2000,5000]
  interest_size choice [4,8,12,16]
  """

@Suite struct SamplerTests {
  @Test("the grid has every cell exactly once, in an order that the seed decides")
  func exhaustive() throws {
    let sampler = try GridSampler(space: space(grid), seed: 1)
    let cells = (0..<120).map(sampler.parameters(ofTrial:))
    #expect(sampler.count == 120)
    #expect(Set(cells).count == 120)
    let again = try GridSampler(space: space(grid), seed: 1)
    #expect((0..<120).map(again.parameters(ofTrial:)) == cells)
    let other = try GridSampler(space: space(grid), seed: 2)
    #expect((0..<120).map(other.parameters(ofTrial:)) != cells)
  }

  @Test("cells are numbered with the last parameter fastest")
  func lexicographic() throws {
    let sampler = try GridSampler(space: space(grid), seed: 1)
    let cells: [String] = [0, 1, 4, 119].map { sampler.parameters(ofCell: $0).description }
    #expect(
      cells == [
        "interest_size:4, learning_rate:0.01, prototype_size:50",
        "interest_size:8, learning_rate:0.01, prototype_size:50",
        "interest_size:4, learning_rate:0.01, prototype_size:100",
        "interest_size:16, learning_rate:0.0001, prototype_size:5000",
      ])
  }

  @Test(
    "the first thirty trials meet every value of every parameter", arguments: 0..<5 as Range<UInt64>
  )
  func spread(seed: UInt64) throws {
    let sampler = try GridSampler(space: space(grid), seed: seed)
    let first = (0..<30).map(sampler.parameters(ofTrial:))
    for (name, count) in [("learning_rate", 5), ("prototype_size", 6), ("interest_size", 4)] {
      #expect(Set(first.compactMap { $0[name] }).count == count)
    }
  }

  @Test("the order of the trials is fixed for all time")
  func stable() throws {
    let sampler = try GridSampler(space: space(grid), seed: 0)
    let cells: [String] = (0..<3).map { sampler.parameters(ofTrial: $0).description }
    #expect(
      cells == [
        "interest_size:4, learning_rate:0.005, prototype_size:100",
        "interest_size:4, learning_rate:0.01, prototype_size:1000",
        "interest_size:8, learning_rate:0.005, prototype_size:50",
      ])
    let random = try RandomSampler(space: space("a uniform 0,1\nb quniform 0,100,1"), seed: 0)
    let draws: [String] = (0..<2).map { random.parameters(ofTrial: $0).description }
    #expect(draws == ["a:0.564451958623173, b:92", "a:0.3772377076528469, b:38"])
  }

  @Test("the repository's own hyper.test is the grid of 120 cells")
  func repository() throws {
    let file = Fixture.repository.appending(path: "hyper.test")
    let space = try SearchSpace.parse(utf8: Data(contentsOf: file), file: "hyper.test")
    #expect(space.cellCount == 120 && space.warnings.isEmpty)
  }

  @Test("candidates are all values, or the extremes of a domain that has too many")
  func candidates() throws {
    let space = try space(
      "a choice [1,'x']\nb uniform 0,1\nc quniform 0,4,2\n  d quniform 0,1e6,1\ne loguniform -1,0")
    let texts: [String] = space.parameters.map { parameter in
      parameter.candidates.map(\.value.description).joined(separator: " ")
    }
    #expect(texts == ["1 'x'", "0.0 1.0", "0 2 4", "0 1000000", "0.36787944117144233 1.0"])
    #expect(space.parameters.map(\.isContinuous) == [false, true, false, false, true])
    #expect(space.parameters[0].candidates[1].location.description == "h:1:13")
    #expect(space.parameters[3].candidates[1].location.description == "h:4:3")
  }

  @Test(
    "a permutation is one for every size",
    arguments: [0, 1, 2, 3, 4, 5, 15, 16, 17, 64, 65, 1000, 4096, 4097])
  func permutation(count: Int) {
    let permutation = IndexPermutation(count: count, seed: 7)
    #expect(Set((0..<count).map { permutation[$0] }) == Set(0..<count))
  }

  @Test("a huge grid is indexed without being made")
  func huge() throws {
    let space = try space("a quniform 0,2000000000,1\nb quniform 1,2000000000,1\nc choice [1,2]")
    let sampler = try GridSampler(space: space, seed: 3)
    #expect(sampler.cellCount == 2_000_000_001 * 2_000_000_000 * 2)
    let last = sampler.cellCount - 1
    #expect(
      sampler.parameters(ofCell: last).description == "a:2000000000, b:2000000000, c:2")
    #expect(sampler.parameters(ofTrial: last) == sampler.parameters(ofTrial: last))
  }

  @Test("a grid beyond counting and a continuous grid are errors")
  func refused() throws {
    let endless = try space("a quniform 0,1e15,1\nb quniform 0,1e15,1")
    #expect(endless.isDiscrete && endless.cellCount == nil)
    let tooLarge = #expect(throws: InvalidInput.self) { try GridSampler(space: endless, seed: 0) }
    #expect(
      tooLarge?.description
        == "h:1:1: error: the grid has more than 9223372036854775807 cells; search fewer values")
    let continuous = try space("a choice [1]\nb uniform 0,1")
    let error = #expect(throws: InvalidInput.self) { try GridSampler(space: continuous, seed: 0) }
    #expect(
      error?.description
        == "h:2:1: error: a grid needs finitely many values, found 'uniform' for 'b'")
  }

  @Test("a discrete space is enumerated, a continuous one drawn from")
  func choosing() throws {
    #expect(try space("a choice [1,2]").sampler(seed: 0).count == 2)
    #expect(try space("a choice [1,2]\nb uniform 0,1").sampler(seed: 0).count == nil)
  }

  @Test("a draw depends on seed, trial and name only")
  func draws() throws {
    let one = try space("a uniform 0,1\nb loguniform -8,0")
    let two = try space("b loguniform -8,0\nc choice [1,2,3]\na uniform 0,1")
    for number in 0..<50 {
      let first = RandomSampler(space: one, seed: 9).parameters(ofTrial: number)
      let second = RandomSampler(space: two, seed: 9).parameters(ofTrial: number)
      #expect(first["a"] == second["a"] && first["b"] == second["b"])
      #expect(first["a"] != RandomSampler(space: one, seed: 10).parameters(ofTrial: number)["a"])
    }
  }

  @Test("draws stay in their domains and fill them evenly")
  func distribution() throws {
    let space = try space(
      "a uniform -1,3\nb loguniform -8,0\nc quniform 1,8,3\nd choice ['x','y','z']")
    let sampler = RandomSampler(space: space, seed: 4)
    let trials = (0..<4000).map(sampler.parameters(ofTrial:))
    let a = trials.compactMap { $0["a"]?.number }
    #expect(a.allSatisfy { (-1...3).contains($0) })
    #expect(abs(a.reduce(0, +) / 4000 - 1) < 0.1)
    let b = trials.compactMap { $0["b"]?.number }.map(naturalLogarithm)
    #expect(b.allSatisfy { (-8.001...0.001).contains($0) })
    #expect(abs(b.reduce(0, +) / 4000 + 4) < 0.2)
    let c = Dictionary(grouping: trials.compactMap { $0["c"] }, by: { $0 }).mapValues(\.count)
    #expect(Set(c.keys) == [.integer(0), .integer(3), .integer(6), .integer(9)])
    // Of the length 7, the values 0 and 9 own half a unit each, 3 and 6 three units each: about
    // 286 and 1714 of 4000 draws.
    #expect(
      (1560...1870).contains(c[.integer(3)] ?? 0) && (210...370).contains(c[.integer(0)] ?? 0))
    let d = Dictionary(grouping: trials.compactMap { $0["d"] }, by: { $0 }).mapValues(\.count)
    #expect(d.values.allSatisfy { abs($0 - 1333) < 150 } && d.count == 3)
  }
}
