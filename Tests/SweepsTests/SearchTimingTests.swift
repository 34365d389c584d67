import Foundation
import Search
import Testing
import Trials
import Tuning

@testable import Sweeps

/// What searches take, on a world of 120 cells. Run it in a release build:
/// `SINE_TUNE_TIMING=1 swift test -c release -Xswiftc -enable-testing --filter SearchTimingTests`.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["SINE_TUNE_TIMING"] != nil), .serialized)
struct SearchTimingTests {
  private let table = ReplayTable(World(.weak, seed: 0, truthSeeds: 20))

  private func tuner(_ method: SearchMethod, budget: Tuner.Budget, repeats: Bool = true) -> Tuner {
    var context = SearchContext(
      seeds: [0], patience: table.patience, mostEpochs: table.mostEpochs, direction: .maximize)
    context.lag = 2
    context.repeatsPoints = repeats
    context.workPerEpoch = { [cells = table.cells, work = table.workPerEpoch] point in
      cells[point].map { work[$0] } ?? 1
    }
    return Tuner(
      strategy: method.strategy(of: table.space, context), direction: .maximize, lag: 2,
      budget: budget, epochs: table.mostEpochs, workPerEpoch: context.workPerEpoch)
  }

  /// Returns the median seconds of a few tries.
  private func median(_ tries: Int = 5, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try (0..<tries).map { _ in try clock.measure(body) / .seconds(1) }.sorted()[tries / 2]
  }

  @Test("A whole grid replayed by random and by kg")
  func replays() throws {
    let view = table.view(repeat: 0)
    for algorithm in [SearchAlgorithm.random, .kg, .tpe, .qmc, .ashaSeeds] {
      let tuner = tuner(
        SearchMethod(algorithm), budget: Tuner.Budget(work: Int(table.gridWork)))
      var decisions = 0
      let seconds = try median {
        decisions = try Replay.run(tuner, curve: view.curve(of:)).decisions.count
      }
      print("replay of the grid's work by \(algorithm): \(seconds) s, \(decisions) decisions")
    }
  }

  @Test("A decision of kg after 200 runs of 120 cells")
  func decision() throws {
    let view = table.view(repeat: 0)
    var random = SearchMethod(.random)
    random.seeds = 2
    var history = try Replay.run(
      tuner(random, budget: Tuner.Budget(trials: 200)), curve: view.curve(of:))
    history.revision = 0
    let kg = tuner(SearchMethod(.kg), budget: Tuner.Budget())
    let seconds = try median { _ = try kg.next(after: history) }
    print("a decision of kg after \(history.trialCount) runs: \(1000 * seconds) ms")
  }

  @Test("Ask and tell of random")
  func askAndTell() throws {
    let view = table.view(repeat: 0)
    let tuner = tuner(SearchMethod(.random), budget: Tuner.Budget(trials: 120), repeats: false)
    let seconds = try median(15) { _ = try Replay.run(tuner, curve: view.curve(of:)) }
    print("random: \(120 / seconds) decisions and outcomes a second")
  }
}
