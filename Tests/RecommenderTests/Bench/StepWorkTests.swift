import Testing

@testable import Recommender

@Suite struct StepWorkTests {
  private func work(
    prototypes: Int, interests: Int, positions: Int = 81_019, slots: Int = 1588
  ) -> StepWork {
    StepWork(
      shape: SINEShape(
        width: 64, prototypes: prototypes, interests: interests, items: 1683, positions: 50),
      examples: 2048, positions: positions, slots: slots)
  }

  @Test(
    "A batch of ml-100k needs as much work as was counted in plain C",
    arguments: [(50, 3, 1.81), (500, 4, 2.13), (50, 16, 3.20), (5000, 16, 5.09)])
  func knownFigures(prototypes: Int, interests: Int, gigaflops: Double) {
    let total = work(prototypes: prototypes, interests: interests).total / 1e9
    #expect(abs(total - gigaflops) < 0.01 * gigaflops)
  }

  @Test("The loss is three products of all examples with all items")
  func loss() {
    #expect(work(prototypes: 50, interests: 3)[.loss] == 3 * 2 * 2048 * 1683 * 64)
  }

  @Test("A tiled catalogue has the same work, but a third of the loss moves to the learner")
  func tiles() {
    func work(negatives: Int, tilesItems: Bool) -> StepWork {
      StepWork(
        shape: SINEShape(
          width: 64, prototypes: 50, interests: 3, items: 1683, positions: 50,
          tilesItems: tilesItems),
        examples: 2048, positions: 81_019, slots: 1588, negatives: negatives)
    }
    let tiled = work(negatives: 0, tilesItems: true)
    let plain = work(negatives: 0, tilesItems: false)
    #expect(tiled.total == plain.total)
    #expect(tiled[.learner] * 3 == plain[.loss])
    #expect(plain[.learner] == 0)
    for tilesItems in [false, true] {
      let pairs = work(negatives: 4, tilesItems: tilesItems)
      #expect(pairs[.loss] == 3 * 2 * 2048 * 5 * 64)
      #expect(pairs[.learner] == 0)
    }
  }

  @Test("Stages that only move numbers need no matrix work")
  func moving() {
    let work = work(prototypes: 50, interests: 3)
    for stage in [StepStage.layout, .clearing, .joining, .learner] { #expect(work[stage] == 0) }
    #expect(StepStage.allCases.reduce(0) { $0 + work[$1] } == work.total)
  }

  @Test("Positions are assigned to interests by the cheaper way: positions or prototypes")
  func assignment() {
    let perPosition = 2.0 * 64 * 81_019 * 3
    let perPair = 2.0 * 64 * 1588 * 50
    #expect(perPair < perPosition)
    // One more position costs its products in the forward pass, but no assignment.
    let few = work(prototypes: 50, interests: 3, positions: 81_020)[.forward]
    #expect(few - work(prototypes: 50, interests: 3)[.forward] == 2 * 64 * (2 + 2 * 3))
    let many = work(prototypes: 5000, interests: 3, positions: 81_020)[.forward]
    #expect(many - work(prototypes: 5000, interests: 3)[.forward] == 2 * 64 * (2 + 3 * 3))
  }
}
