import Literals
import Testing
import Trials

@testable import Search

@Suite struct SpaceChangeTests {
  @Test("A changed space says which values went and came")
  func changes() throws {
    let old = try SearchSpace.parse(
      "a choice [1,2,3]\nb uniform 0,1\nc quniform 1,5,1\nd choice ['x','y']", file: "h")
    let new = try SearchSpace.parse(
      "a choice [3,4]\nb uniform 0.5,1\nc quniform 1,5,1\nd choice ['y','x']", file: "h")
    #expect(
      new.changes(from: old) == ["a without 1 2, with 4", "b uniform 0.5,1, was uniform 0,1"])
    #expect(old.changes(from: old).isEmpty)
    let many = try SearchSpace.parse(
      "a choice \(Array(1...100))\nb uniform 0,1\nc quniform 1,5,1\nd choice ['x']", file: "h")
    #expect(
      many.changes(from: old) == ["a with 4 5 6 7 8 and 92 more", "d without 'y'"])
  }

  @Test(
    "An interval is narrowed to values that can be used",
    arguments: [
      ("uniform 0,1", "uniform 0.01,1"), ("uniform -1,1", "uniform 0.01,1"),
      ("uniform 0,0.05", "uniform 0.0001,0.05"), ("uniform -2,-1", nil),
      ("uniform 1,2", "uniform 1,2"),
      ("quniform 1,16,4", "quniform 4,16,4"), ("quniform 0,1,0.1", "quniform 0.1,1,0.1"),
      ("quniform -5,0,1", nil), ("loguniform -3,-1", nil),
      ("uniform 1e-30,1", "uniform 1e-30,1"), ("choice [0, 1]", nil),
    ])
  func restriction(text: String, expected: String?) throws {
    let domain = try SearchSpace.parse("a \(text)", file: "h").parameters[0].domain
    #expect(domain.restricted { $0.number.map { $0 > 0 } ?? false }?.spelling == expected)
  }

  @Test("A hundred thousand values are looked up, not looked through")
  func manyValues() throws {
    let count = 100_000
    let space = SearchSpace([
      .init(name: "a", domain: .choice((0..<count).map(Literal.integer))),
      .init(name: "b", domain: .quniform(low: 1, high: 5, step: 1)),
    ])
    let point = Point([
      .init(name: "a", value: .integer(count - 1)), .init(name: "b", value: .integer(5)),
    ])
    let clock = ContinuousClock()
    // Looking through the values would take minutes.
    let time = clock.measure {
      for _ in 0..<20_000 where !space.contains(point) {
        Issue.record("the point lies in the space")
      }
    }
    #expect(time < .seconds(20))
    #expect(!space.contains(point.replacing("a", by: .integer(count))))
    #expect(!space.contains(point.replacing("b", by: .integer(0))))
    #expect(space.index(of: .integer(7), at: 0) == 7 && space.index(of: .real(7), at: 0) == nil)
    #expect(space == SearchSpace(space.parameters))
    let grid = GridSampler(space: space, seed: 1)
    var history = History()
    for number in 0..<50 {
      let point = try #require(grid.point(number, after: history))
      history.append(Decision(number: number, trial: Trial(number: number, point: point, seed: 1)))
    }
    #expect(history.pointCount == 50)
  }

  @Test("A grid of more cells than can be counted is refused, and drawn from at random")
  func overflow() throws {
    let values = (0..<10_000).map(Literal.integer)
    let space = SearchSpace("abcde".map { .init(name: "\($0)", domain: .choice(values)) })
    #expect(space.cellCount == nil && space.isDiscrete)
    #expect(SearchAlgorithm.exhaustive.refusals(of: space).count == 1)
    let sampler = SearchAlgorithm.random.sampler(of: space, seed: 1, direction: .maximize)
    let point = try #require(try sampler.point(0, after: History()))
    #expect(space.contains(point))
  }
}
