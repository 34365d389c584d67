import Trials
import Tuning

/// The lag and the budget of a toy sweep.
package struct ToySetting: Sendable, CustomStringConvertible {
  let lag: Int
  package let work: Int?

  package init(lag: Int, work: Int? = nil) {
    self.lag = lag
    self.work = work
  }

  package var description: String {
    "lag \(lag), \(work.map { "budget \($0)" } ?? "no budget")"
  }

  func tuner(trials: Int, workFactor: Double = 1, bound: Double = 1) -> Tuner {
    Tuner(
      strategy: ToyStrategy(trials: trials, bound: bound), direction: .maximize, lag: lag,
      budget: Tuner.Budget(trials: trials, work: work.map { Int(Double($0) * workFactor) }),
      epochs: ToyStrategy.epochs)
  }
}

extension SimulatedSweep {
  /// Runs a sweep, then the failed trials once more, then a space that has shrunk while a trial ran.
  package mutating func run(_ setting: ToySetting) throws {
    try run(setting.tuner(trials: 10))
    try world.retryFailed()
    // The second of the new decisions is still running when the others have ended.
    let stuck = try world.history().decisions.count + 1
    try run(setting.tuner(trials: 14, workFactor: 1.5), stuck: stuck)
    try world.shrink(to: 0.3)
    try run(setting.tuner(trials: 20, workFactor: 2, bound: 0.3))
  }
}

/// A sweep in memory as the world of simulated processes.
package struct MemoryWorld: SimulatedWorld {
  private let sweep = MemorySweep()

  package init() {}

  package func connect(_ process: Int) -> any DecisionStore { MemoryStore(sweep, process: process) }
  package func kill(_ process: Int) { sweep.kill(process) }
  package func history() -> History { sweep.history }
  package func retryFailed() { sweep.retryFailed() }
  package func shrink(to bound: Double) { sweep.revise { $0.point.x > bound } }
}
