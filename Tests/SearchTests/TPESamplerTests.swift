import Literals
import Testing
import Trials

@testable import Search

private func space(_ text: String) throws -> SearchSpace {
  try SearchSpace.parse(text, file: "h")
}

private let grid = """
  rate choice [0.01,0.005,0.001,0.0005,0.0001]
  size choice [50,100,500,1000,2000,5000]
  depth choice [4,8,12,16]
  """

private let mixed = """
  rate loguniform -9,-2
  size quniform 2,16,2
  loss choice ['CE','BPR']
  drop uniform 0,0.9
  """

/// A score that is greatest at 0.3 for the uniform parameter 'a' and 0.7 for 'b'.
private func bowl(_ point: Point) -> Double {
  let a = (point["a"]?.number ?? 0) - 0.3
  let b = (point["b"]?.number ?? 0) - 0.7
  return -(a * a + b * b)
}

@Suite struct TPESamplerTests {
  /// Returns a history of points that a sampler proposes, each complete before the next one.
  private func sweep(
    _ sampler: some Sampler, count: Int, score: (Point) -> Double
  ) throws -> History {
    var history = History()
    while history.pointCount < count,
      let point = try sampler.point(history.pointCount, after: history)
    {
      history.train(point, .complete, score: score(point))
    }
    return history
  }

  private func noise(_ point: Point) -> Double {
    CounterRandom.unit(CounterRandom.bits(CounterRandom.hash(point.description)))
  }

  @Test("The first points are random, until ten have finished")
  func startup() throws {
    let space = try space(mixed)
    let sampler = TPESampler(space: space, seed: 5, direction: .maximize)
    let random = RandomSampler(space: space, seed: 5)
    var history = History()
    for number in 0..<40 {
      let proposal = try #require(sampler.proposal(number, after: history))
      #expect(proposal.point == random.point(number))
      #expect(proposal.why == Rationale(.sampled))
      // Pending and failed points do not count, paused and complete ones do.
      switch number {
      case ..<9: history.train(proposal.point, .complete, score: 0.1)
      case ..<30: history.train(proposal.point)
      default: history.train(proposal.point, .failed)
      }
    }
    history.train(random.point(40), until: 3, .paused, epochs: 3, score: 0.1)
    let proposal = try #require(sampler.proposal(41, after: history))
    #expect(proposal.why.rule == .density && proposal.point != random.point(41))
  }

  @Test("The same history has the same proposal, and a proposal is fixed for all time")
  func pure() throws {
    let space = try space(mixed)
    let sampler = TPESampler(space: space, seed: 5, direction: .maximize)
    let history = try sweep(sampler, count: 30, score: noise)
    let first = try #require(sampler.proposal(30, after: history))
    let again = TPESampler(space: space, seed: 5, direction: .maximize)
    #expect(again.proposal(30, after: history) == first)
    #expect(space.contains(first.point))
    #expect(sampler.point(30, after: history) == first.point)
    #expect(sampler.proposal(31, after: history)?.point != first.point)
    let other = TPESampler(space: space, seed: 6, direction: .maximize)
    #expect(other.proposal(30, after: history)?.point != first.point)
    let rounded: [String] = ["rate", "drop"].map { name in
      "\(((first.point[name]?.number ?? 0) * 1e6).rounded() / 1e6)"
    }
    #expect(rounded == ["0.075706", "0.725063"])
    #expect(first.point["size"]?.description == "14")
    #expect(first.point["loss"]?.description == "'CE'")
  }

  @Test("A proposal says the ratio of densities, the second best candidate and their number")
  func rationale() throws {
    let space = try space(mixed)
    let sampler = TPESampler(space: space, seed: 2, direction: .maximize)
    let history = try sweep(sampler, count: 25, score: noise)
    let proposal = try #require(sampler.proposal(25, after: history))
    let densities = sampler.densities(of: sampler.observations(in: history))
    func ratio(_ point: Point) throws -> Double {
      let coordinates = try #require(sampler.coordinates(of: point))
      return densities.good.logDensity(at: coordinates)
        - densities.others.logDensity(at: coordinates)
    }
    #expect(proposal.why.rule == .density && proposal.why.choices == 24)
    #expect(try abs(#require(proposal.why.value) - ratio(proposal.point)) < 1e-9)
    let second = try #require(proposal.why.runnerUp)
    #expect(try abs(second.value - ratio(second.point)) < 1e-9)
    #expect(try second.value <= #require(proposal.why.value) && second.point != proposal.point)
    // The best candidate was tried: the second one takes its place.
    var later = history
    later.train(proposal.point)
    let withoutPending = TPEObservations(
      of: history.seenPoints, direction: .maximize, coordinates: sampler.coordinates)
    #expect(withoutPending.others.count + 1 == sampler.observations(in: later).others.count)
    #expect(sampler.proposal(25, after: later)?.point != proposal.point)
  }

  @Test("Minimising the negative score is maximising the score")
  func directions() throws {
    let space = try space(mixed)
    let up = try sweep(TPESampler(space: space, seed: 3, direction: .maximize), count: 40) {
      noise($0)
    }
    let down = try sweep(TPESampler(space: space, seed: 3, direction: .minimize), count: 40) {
      -noise($0)
    }
    #expect(up.decisions.map(\.trial.point) == down.decisions.map(\.trial.point))
    let wrong = try sweep(TPESampler(space: space, seed: 3, direction: .minimize), count: 40) {
      noise($0)
    }
    #expect(up.decisions.map(\.trial.point) != wrong.decisions.map(\.trial.point))
  }

  @Test("Every cell of a finite space is proposed once, and then none")
  func withoutReplacement() throws {
    let sampler = try TPESampler(space: space(grid), seed: 1, direction: .maximize)
    let history = try sweep(sampler, count: 500, score: noise)
    let points = history.decisions.map(\.trial.point)
    #expect(points.count == 120 && Set(points).count == 120)
    #expect(sampler.proposal(120, after: history) == nil)
    // A withdrawn cell is free again.
    var withdrawn = History()
    for (number, point) in points.enumerated() {
      withdrawn.train(point, number == 60 ? .withdrawn : .complete, score: noise(point))
    }
    #expect(sampler.point(120, after: withdrawn) == points[60])
  }

  @Test("A point with several seeds is one observation, its mean score")
  func mean() throws {
    let space = try space(grid)
    let sampler = TPESampler(space: space, seed: 4, direction: .maximize)
    var single = History()
    var double = History()
    for number in 0..<30 {
      let point = RandomSampler(space: space, seed: 9).point(number)
      guard !single.hasTried(point) else { continue }
      let score = noise(point)
      single.train(point, .complete, score: score)
      // Exact in binary, so that both means are the same number.
      double.train(point, seed: 1, .complete, score: score + 0.25)
      double.train(point, seed: 2, .failed)
      double.train(point, seed: 3, .complete, score: score - 0.25)
      double.train(point, seed: 4)
    }
    let observations = sampler.observations(in: single)
    #expect(observations.finishedCount == single.pointCount)
    #expect(sampler.observations(in: double).good == observations.good)
    #expect(sampler.observations(in: double).others == observations.others)
    #expect(sampler.point(30, after: double) == sampler.point(30, after: single))
  }

  @Test(
    "Complete points come before paused ones, these by epochs and score; others are no good ones")
  func order() throws {
    let sampler = try TPESampler(
      space: space("a choice [0,1,2,3,4,5,6,7,8,9,10,11,12,13]"), seed: 1, direction: .maximize)
    func good(_ build: (inout History) -> Void) -> [Double] {
      var history = History()
      build(&history)
      return sampler.observations(in: history).good.map { $0[0] }
    }
    let few = good { history in
      history.train(point(0), .failed)
      history.train(point(1))
      history.train(point(2), until: 3, .paused, epochs: 3, score: 0.9)
      history.train(point(3), until: 9, .paused, epochs: 9, score: 0.1)
      history.train(point(4), until: 9, .paused, epochs: 9, score: 0.2)
      history.train(point(5), until: 9, .paused, epochs: 9, score: nil)
    }
    #expect(few == [4])
    let withComplete = good { history in
      history.train(point(4), until: 9, .paused, epochs: 9, score: 0.9)
      history.train(point(6), .complete, score: 0.01)
    }
    #expect(withComplete == [6])
    let pending = good { history in
      history.train(point(4), until: 9, .paused, epochs: 9, score: 0.9)
      history.train(point(7), until: 3, .paused, epochs: 3, score: 0.5)
      // It goes on, and so it counts as running.
      history.train(point(4))
    }
    #expect(pending == [7])
    let ties = good { history in
      history.train(point(8), .complete, score: 0.5)
      history.train(point(9), .complete, score: 0.5)
    }
    #expect(ties == [8])
    #expect(good { $0.train(point(0), .failed) }.isEmpty)
    // A complete trial without a score tells as little as a failed one.
    #expect(good { $0.train(point(0), .complete, score: nil) }.isEmpty)
  }

  @Test("What lies outside the space tells nothing")
  func outside() throws {
    let sampler = try TPESampler(space: space("a choice [0,1,2]"), seed: 1, direction: .maximize)
    var history = History()
    history.train(point(7), .complete, score: 9)
    history.train(point(1), .complete, score: 0.1)
    history.train(Point([.init(name: "b", value: .integer(1))]), .complete, score: 9)
    let observations = sampler.observations(in: history)
    #expect(observations.finishedCount == 1)
    #expect(observations.good == [[1]] && observations.others.isEmpty)
  }

  @Test("It finds a bowl's bottom sooner than random points")
  func converges() throws {
    let space = try space("a uniform 0,1\nb uniform 0,1")
    var best: [Double] = []
    var random: [Double] = []
    for seed in 0..<5 as Range<UInt64> {
      for (sampler, isTPE) in [
        (TPESampler(space: space, seed: seed, direction: .maximize) as any Sampler, true),
        (RandomSampler(space: space, seed: seed), false),
      ] {
        let scores = try sweep(sampler, count: 40, score: bowl).decisions.map {
          bowl($0.trial.point)
        }
        if isTPE { best.append(scores.max() ?? -1) } else { random.append(scores.max() ?? -1) }
      }
    }
    #expect(best.sorted()[2] > random.sorted()[2] / 2)
  }

  @Test(
    "Absurd domains have proposals too",
    arguments: [
      "a uniform -1.7e308,1.7e308", "a quniform 0,9e15,1", "a loguniform -700,700",
      "a choice [1]\nb uniform 0,1", "a quniform 0,3e300,1e300",
    ])
  func absurd(text: String) throws {
    let space = try space(text)
    let sampler = TPESampler(space: space, seed: 1, direction: .maximize)
    let history = try sweep(sampler, count: 40) { noise($0) }
    #expect(history.pointCount == min(space.cellCount ?? 40, 40))
    #expect(history.decisions.allSatisfy { space.contains($0.trial.point) })
    #expect(Set(history.decisions.map(\.trial.point)).count == history.pointCount)
  }

  @Test("All points failing leaves random ones")
  func failures() throws {
    let space = try space(grid)
    let sampler = TPESampler(space: space, seed: 1, direction: .maximize)
    var history = History()
    while let point = sampler.point(history.pointCount, after: history) {
      history.train(point, .failed)
    }
    #expect(history.pointCount == 120)
  }
}
