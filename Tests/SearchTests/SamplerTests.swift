import Foundation
import Literals
import TestSupport
import Testing
import Trials

@testable import Search

private func space(_ text: String) throws -> SearchSpace {
  try SearchSpace.parse(text, file: "h")
}

private let grid = """
  learning_rate choice [0.01,0.005,0.001,0.0005,0.0001]
  prototype_size choice [50,100,500,1000,2000,5000]
  interest_size choice [4,8,12,16]
  """

/// Returns the first points that a sampler proposes, each of which is decided before the next one.
func proposals(_ sampler: some Sampler, count: Int) throws -> [Point] {
  var history = History()
  while history.pointCount < count,
    let point = try sampler.point(history.pointCount, after: history)
  {
    history.decide(point)
  }
  return history.decisions.map(\.trial.point)
}

extension History {
  /// Appends a search's decision to train a point.
  mutating func decide(_ point: Point) {
    append(
      Decision(
        number: decisions.count, trial: Trial(number: trialCount, point: point, seed: 1),
        revision: revision))
  }
}

@Suite struct SamplerTests {
  @Test("The grid has every cell exactly once, in an order that the seed decides")
  func exhaustive() throws {
    let cells = try proposals(GridSampler(space: space(grid), seed: 1), count: 200)
    #expect(cells.count == 120)
    #expect(Set(cells).count == 120)
    #expect(try proposals(GridSampler(space: space(grid), seed: 1), count: 120) == cells)
    #expect(try proposals(GridSampler(space: space(grid), seed: 2), count: 120) != cells)
  }

  @Test("An enlarged grid goes on with its new cells, a smaller one has none to add")
  func enlarged() throws {
    var history = History()
    func run(_ text: String) throws -> [String] {
      let sampler = try GridSampler(space: space(text), seed: 5)
      let known = history.decisions.count
      while let point = sampler.point(history.pointCount, after: history) { history.decide(point) }
      history.revision += 1
      return history.decisions[known...].map(\.trial.point.description)
    }
    #expect(try run("a choice [1,2,3]\nb choice [1,2]").count == 6)
    let added = try run("a choice [1,2,3,4]\nb choice [1,2]")
    #expect(Set(added) == ["a:4, b:1", "a:4, b:2"])
    #expect(try run("a choice [2,4]\nb choice [1,2]").isEmpty)
    #expect(try run("a choice [1,2,3,4]\nb choice [3]").count == 4)
  }

  @Test("Random draws of a finite space are without replacement, and find its last cell")
  func finite() throws {
    let points = try proposals(RandomSampler(space: space(grid), seed: 3), count: 500)
    #expect(points.count == 120 && Set(points).count == 120)
    #expect(try points != proposals(GridSampler(space: space(grid), seed: 3), count: 120))
  }

  @Test("A draw belongs to the number of its point: other bounds do not draw the same again")
  func changedBounds() throws {
    var history = History()
    let first = try RandomSampler(space: space("a uniform 0,1"), seed: 1)
    for _ in 0..<20 {
      history.decide(try #require(first.point(history.pointCount, after: history)))
    }
    history.revision += 1
    let second = try RandomSampler(space: space("a uniform 0,2"), seed: 1)
    for _ in 0..<20 {
      history.decide(try #require(second.point(history.pointCount, after: history)))
    }
    let values = history.decisions.compactMap { $0.trial.point["a"]?.number }
    #expect(Set(values[..<20] + values[20...].map { $0 / 2 }).count == 40)
  }

  @Test("Cells are numbered with the last parameter fastest")
  func lexicographic() throws {
    let sampler = try GridSampler(space: space(grid), seed: 1)
    let cells: [String] = [0, 1, 4, 119].map { sampler.point(ofCell: $0).description }
    #expect(
      cells == [
        "interest_size:4, learning_rate:0.01, prototype_size:50",
        "interest_size:8, learning_rate:0.01, prototype_size:50",
        "interest_size:4, learning_rate:0.01, prototype_size:100",
        "interest_size:16, learning_rate:0.0001, prototype_size:5000",
      ])
  }

  @Test(
    "The first thirty trials meet every value of every parameter", arguments: 0..<5 as Range<UInt64>
  )
  func spread(seed: UInt64) throws {
    let first = try proposals(GridSampler(space: space(grid), seed: seed), count: 30)
    for (name, count) in [("learning_rate", 5), ("prototype_size", 6), ("interest_size", 4)] {
      #expect(Set(first.compactMap { $0[name] }).count == count)
    }
  }

  @Test("The order of the trials is fixed for all time")
  func stable() throws {
    let sampler = try GridSampler(space: space(grid), seed: 0)
    let cells = try proposals(sampler, count: 3).map(\.description)
    #expect(
      cells == [
        "interest_size:4, learning_rate:0.005, prototype_size:100",
        "interest_size:4, learning_rate:0.01, prototype_size:1000",
        "interest_size:8, learning_rate:0.005, prototype_size:50",
      ])
    let random = try RandomSampler(space: space("a uniform 0,1\nb quniform 0,100,1"), seed: 0)
    let draws: [String] = (0..<2).map { random.point($0).description }
    #expect(draws == ["a:0.564451958623173, b:92", "a:0.3772377076528469, b:38"])
  }

  @Test("The repository's own hyper.test is the grid of 120 cells")
  func repository() throws {
    let file = Fixture.repository.appending(path: "hyper.test")
    let space = try SearchSpace.parse(utf8: Data(contentsOf: file), file: "hyper.test")
    #expect(space.cellCount == 120)
  }

  @Test("Candidates are all values, or the extremes of a domain that has too many")
  func candidates() throws {
    let text =
      "a choice [1,'x']\nb uniform 0,1\nc quniform 0,4,2\n  d quniform 0,1e6,1\ne loguniform -1,0"
    let read = try SearchSpace.read(text, file: "h")
    let texts: [String] = read.parameters.map { parameter in
      parameter.candidates.map(\.value.description).joined(separator: " ")
    }
    #expect(texts == ["1 'x'", "0.0 1.0", "0 2 4", "0 1000000", "0.36787944117144233 1.0"])
    #expect(read.parameters[0].candidates[1].location.description == "h:1:13")
    #expect(read.parameters[3].candidates[1].location.description == "h:4:14")
  }

  @Test("A space knows which points lie in it")
  func containment() throws {
    let space = try space("a choice [1,'x']\nb uniform 0,1\nc quniform 0,4,2")
    func contains(_ a: Literal, _ b: Literal, _ c: Literal) -> Bool {
      space.contains(
        Point([.init(name: "c", value: c), .init(name: "a", value: a), .init(name: "b", value: b)]))
    }
    #expect(contains(.integer(1), .real(0.5), .integer(4)))
    #expect(contains(.string("x"), .real(0), .integer(0)))
    #expect(!contains(.integer(2), .real(0.5), .integer(4)))
    #expect(!contains(.integer(1), .real(1.5), .integer(4)))
    #expect(!contains(.integer(1), .real(0.5), .integer(3)))
    #expect(!contains(.integer(1), .real(0.5), .real(4)))
    #expect(!space.contains(Point([.init(name: "a", value: .integer(1))])))
  }

  @Test(
    "A permutation is one for every size",
    arguments: [0, 1, 2, 3, 4, 5, 15, 16, 17, 64, 65, 1000, 4096, 4097])
  func permutation(count: Int) {
    let permutation = IndexPermutation(count: count, seed: 7)
    #expect(Set((0..<count).map { permutation[$0] }) == Set(0..<count))
    #expect((0..<count).allSatisfy { permutation.index(of: permutation[$0]) == $0 })
  }

  @Test("A huge grid is indexed without being made")
  func huge() throws {
    let space = try space("a quniform 0,2000000000,1\nb quniform 1,2000000000,1\nc choice [1,2]")
    let sampler = GridSampler(space: space, seed: 3)
    #expect(sampler.cellCount == 2_000_000_001 * 2_000_000_000 * 2)
    let last = sampler.cellCount - 1
    #expect(
      sampler.point(ofCell: last).description == "a:2000000000, b:2000000000, c:2")
    #expect(sampler.point(0, after: History()) != nil)
  }

  @Test("A grid beyond counting and a continuous grid are errors")
  func refused() throws {
    let endless = try space("a quniform 0,1e15,1\nb quniform 0,1e15,1")
    #expect(endless.isDiscrete && endless.cellCount == nil)
    let tooLarge = GridSampler.refusals(of: endless)
    #expect(tooLarge.map(\.parameter) == ["a"])
    #expect(
      tooLarge.map(\.message)
        == ["the grid has more than 9223372036854775807 cells; search fewer values"])
    let continuous = try GridSampler.refusals(of: space("a choice [1]\nb uniform 0,1"))
    #expect(continuous.map(\.parameter) == ["b"])
    #expect(
      continuous.map(\.message) == ["a grid needs finitely many values, found 'uniform' for 'b'"])
    #expect(try GridSampler.refusals(of: space(grid)).isEmpty)
  }

  @Test("A draw depends on seed, trial and name only")
  func draws() throws {
    let one = try space("a uniform 0,1\nb loguniform -8,0")
    let two = try space("b loguniform -8,0\nc choice [1,2,3]\na uniform 0,1")
    for number in 0..<50 {
      let first = RandomSampler(space: one, seed: 9).point(number)
      let second = RandomSampler(space: two, seed: 9).point(number)
      #expect(first["a"] == second["a"] && first["b"] == second["b"])
      #expect(first["a"] != RandomSampler(space: one, seed: 10).point(number)["a"])
    }
  }

  @Test("Draws stay in their domains and fill them evenly")
  func distribution() throws {
    let space = try space(
      "a uniform -1,3\nb loguniform -8,0\nc quniform 1,8,3\nd choice ['x','y','z']")
    let sampler = RandomSampler(space: space, seed: 4)
    let trials = (0..<4000).map { sampler.point($0) }
    let a = trials.compactMap { $0["a"]?.number }
    #expect(a.allSatisfy { (-1...3).contains($0) })
    #expect(abs(a.reduce(0, +) / 4000 - 1) < 0.1)
    let b = trials.compactMap { $0["b"]?.number }.map(naturalLogarithm)
    #expect(b.allSatisfy { (-8.001...0.001).contains($0) })
    #expect(abs(b.reduce(0, +) / 4000 + 4) < 0.2)
    let c = Dictionary(grouping: trials.compactMap { $0["c"] }, by: { $0 }).mapValues(\.count)
    #expect(Set(c.keys) == [.integer(0), .integer(3), .integer(6), .integer(9)])
    // Of the length 7 of the interval, half a unit is rounded to 0 and to 9 each, and three units to 3
    // and to 6 each: about 286 and 1714 of 4000 draws.
    #expect(
      (1560...1870).contains(c[.integer(3)] ?? 0) && (210...370).contains(c[.integer(0)] ?? 0))
    let d = Dictionary(grouping: trials.compactMap { $0["d"] }, by: { $0 }).mapValues(\.count)
    #expect(d.values.allSatisfy { abs($0 - 1333) < 150 } && d.count == 3)
  }
}
