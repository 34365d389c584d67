import Foundation
import Literals
import Search
import Trials

@testable import Tuning

/// Proposes the points 0, 1, 2, … without looking at outcomes.
struct ListStrategy: Strategy {
  let count: Int

  var readsOutcomes: Bool { false }

  func next(after history: History) -> Advice {
    let number = history.pointCount
    guard number < count else { return .done }
    return .decide(
      Plan(
        point: Point([.init(name: "x", value: .integer(number))]), seed: 1, expectedEpochs: 1))
  }
}

/// Returns the result of a trial with one epoch and a score.
func result(_ score: Double?) -> TrialResult {
  TrialResult(
    bestEpoch: 0, epochs: 1, validScore: score, unroundedScore: score, validMetrics: [],
    testMetrics: [], kernels: "test")
}

/// Runs several loops at once, as processes that share a sweep do, and returns how they ended.
func runTogether(_ count: Int, _ loop: (Int) -> TuningLoop) throws -> [SweepEnd] {
  let loops = (0..<count).map(loop)
  let ends = LockedValue<[Result<SweepEnd, any Error>]>([])
  let group = DispatchGroup()
  for loop in loops {
    let thread = Thread {
      let end = Result { try loop.run() }
      ends.withLock { $0.append(end) }
      group.leave()
    }
    group.enter()
    thread.start()
  }
  group.wait()
  return try ends.withLock { $0 }.map { try $0.get() }
}
