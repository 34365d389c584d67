import Foundation
import Literals
import Testing
import Trials

@testable import Search

/// Prints how long samplers and pruners take; it fails for no time of its own.
///
///     SINE_TUNE_TIMING=1 swift test -c release -Xswiftc -enable-testing --filter SamplerTimingTests
@Suite(
  .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["SINE_TUNE_TIMING"] != nil))
struct SamplerTimingTests {
  @Test(
    "A proposal after 1,000 trials",
    arguments: [
      "a uniform 0,1\nb uniform 0,1\nc loguniform -9,-2",
      "a choice [1,2,3,4,5,6,7,8,9,10]\nb choice [1,2,3,4,5,6,7,8,9,10]\nc choice [1,2,3,4,5,6,7,8,9,10,11]",
      "a quniform 0,100,1\nb quniform 0,1,0.01\nc quniform 0,50,1",
    ])
  func proposal(text: String) throws {
    let space = try SearchSpace.parse(text, file: "h")
    var history = History()
    let random = RandomSampler(space: space, seed: 1)
    for number in 0..<1000 {
      let point = try #require(random.point(number, after: history))
      history.train(
        point, .complete,
        score: CounterRandom.unit(CounterRandom.bits(CounterRandom.hash(point.description))))
    }
    let tpe = TPESampler(space: space, seed: 1, direction: .maximize)
    try time("tpe, \(space.parameters[0].domain.kind)") { _ = try tpe.proposal($0, after: history) }
    let sobol = SobolSampler(space: space, seed: 1)
    try time("qmc") { _ = sobol.point($0, after: history) }
    let asha = AshaPruner(minEpochs: 3, reductionFactor: 3, mostEpochs: 300, direction: .maximize)
    try time("asha") { _ in _ = asha.plan(after: history, seed: 1) }
  }

  private func time(_ name: String, _ body: (Int) throws -> Void) throws {
    var durations: [Duration] = []
    for number in 1000..<1050 {
      let start = ContinuousClock.now
      try body(number)
      durations.append(start.duration(to: .now))
    }
    let median = durations.sorted()[durations.count / 2]
    print("\(name): \(String(format: "%.3f ms", median / .milliseconds(1))) a proposal")
  }
}
