import Testing
import Trials

@testable import Recommender

struct EarlyStoppingTests {
  /// One letter for each evaluation: b for the best so far, w for worse, S for stop.
  private func run(_ scores: [Double], steps: Int, direction: Direction = .maximize) -> String {
    var stopping = EarlyStopping(stoppingStep: steps, direction: direction)
    return scores.map { score in
      let decision = stopping.update(score)
      return decision.isBest ? "b" : decision.shouldStop ? "S" : "w"
    }.joined()
  }

  @Test(
    "A tie is a gain, and more evaluations without gain than allowed stop",
    arguments: [
      ([0.1, 0.2, 0.2, 0.1, 0.1, 0.1], 2, "bbbwwS"),
      ([0.1, 0.0, 0.1, 0.0, 0.2], 1, "bwbwb"),
      ([0.3, 0.2], 0, "bS"),
      ([0, 0, 0], 0, "bbb"),
      ([.nan, 0.1, .nan, .nan], 1, "wbwS"),
      ([-.infinity, 0], 1, "bb"),
    ] as [([Double], Int, String)])
  func bigger(scores: [Double], steps: Int, expected: String) {
    #expect(run(scores, steps: steps) == expected)
  }

  @Test("If smaller is better, the order is reversed")
  func smaller() {
    #expect(run([3, 2, 2, 4, 5, 1], steps: 1, direction: .minimize) == "bbbwSb")
  }

  @Test("RecBole's default of 10 tolerates ten evaluations without gain and stops at the eleventh")
  func defaultSteps() {
    let scores = [1.0] + Array(repeating: 0.5, count: 11)
    #expect(run(scores, steps: 10) == "b" + String(repeating: "w", count: 10) + "S")
  }

  @Test("The best score and the number of evaluations after it are known")
  func state() {
    var stopping = EarlyStopping(stoppingStep: 5, direction: .maximize)
    #expect(stopping.best == nil)
    for score in [0.1, 0.4, 0.3, 0.2] { _ = stopping.update(score) }
    #expect(stopping.best == 0.4)
    #expect(stopping.evaluationsWithoutGain == 2)
  }
}
