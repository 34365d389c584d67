import Trials
import Tuning

/// What simulated processes share: a sweep in memory, or one in a file.
package protocol SimulatedWorld {
  /// Connects a process that begins to live.
  func connect(_ process: Int) throws -> any DecisionStore
  /// Ends a process without a word, as a kill does.
  func kill(_ process: Int) throws
  /// Everything that has been decided.
  func history() throws -> History
  /// Adds a decision for every failed trial, to be tried once more.
  func retryFailed() throws
  /// Searches only points up to a bound from now on.
  func shrink(to bound: Double) throws
}

/// Several processes that work on one sweep, a step at a time in random order: delays and deaths fall
/// between any two steps, and checkpoints get lost.
package struct SimulatedSweep<World: SimulatedWorld> {
  struct Endless: Error {}

  package let world: World
  let processes: Int
  /// The chance that a process dies instead of taking its step.
  let deathRate: Double
  package private(set) var deaths = 0
  private(set) var steps = 0
  private var random: SeededRandom
  private var nextProcess = 0
  /// Epochs in the checkpoint of each trial.
  private var checkpoints: [Int: Int] = [:]

  package init(_ world: World, processes: Int, deathRate: Double, seed: UInt64) {
    self.world = world
    self.processes = processes
    self.deathRate = deathRate
    random = SeededRandom(seed: seed)
  }

  private struct Worker {
    enum Work {
      case deciding
      case starting(Claim)
      case training(Claim, epochs: Int)
      case ending(Claim, AttemptEnd)
    }

    let process: Int
    let store: any DecisionStore
    var next: NextClaim
    var work = Work.deciding
    var isWaiting = false
  }

  /// Runs processes until one of them finds that nothing is left to decide and nothing runs.
  ///
  /// - Parameter stuck: A decision whose training takes for ever. The run ends when every other
  ///   process waits for it, and then all processes are killed.
  package mutating func run(_ tuner: Tuner, stuck: Int? = nil) throws {
    var workers: [Worker] = []
    var stuckProcess: Int?
    while true {
      while workers.count < processes { workers.append(try newWorker(tuner)) }
      let index = Int.random(in: 0..<workers.count, using: &random)
      steps += 1
      if steps > 100_000 { throw Endless() }
      if Double.random(in: 0..<1, using: &random) < deathRate {
        let dead = workers.remove(at: index)
        try world.kill(dead.process)
        deaths += 1
        loseCheckpoints()
        continue
      }
      if try step(&workers[index]) == .finished { break }
      if case .training(let claim, _) = workers[index].work, claim.decision.number == stuck {
        stuckProcess = workers.remove(at: index).process
      } else if stuckProcess != nil, workers.allSatisfy(\.isWaiting) {
        break
      }
    }
    for process in workers.map(\.process) + [stuckProcess].compactMap({ $0 }) {
      try world.kill(process)
    }
  }

  private mutating func newWorker(_ tuner: Tuner) throws -> Worker {
    nextProcess += 1
    let store = try world.connect(nextProcess)
    return Worker(process: nextProcess, store: store, next: NextClaim(tuner: tuner, store: store))
  }

  private mutating func loseCheckpoints() {
    for trial in checkpoints.keys.sorted() where Bool.random(using: &random) {
      checkpoints[trial] = nil
    }
  }

  private enum StepResult { case goesOn, finished }

  private mutating func step(_ worker: inout Worker) throws -> StepResult {
    switch worker.work {
    case .deciding:
      switch try worker.next.step(declined: []) {
      case nil: break
      case .carryOut(let claim):
        worker.isWaiting = false
        worker.work = .starting(claim)
      case .wait: worker.isWaiting = true
      case .finished:
        worker.isWaiting = true
        if try worker.store.elsewhere().isEmpty, try !worker.store.hasNews(except: []) {
          return .finished
        }
      }
    case .starting(let claim):
      let found = checkpoints[claim.trial.number] ?? 0
      let epochs = try worker.store.keepEpochs(found, of: claim) ? found : 0
      worker.work = .training(claim, epochs: epochs)
    case .training(let claim, let epochs):
      try train(&worker, claim, epochs)
    case .ending(let claim, let end):
      try worker.store.end(claim, with: end)
      worker.work = .deciding
    }
    return .goesOn
  }

  private mutating func train(_ worker: inout Worker, _ claim: Claim, _ epochs: Int) throws {
    let training = ToyTraining(trial: claim.trial)
    let (last, end) = training.end(of: claim.decision)
    guard epochs < last else {
      // A pause is safe before anybody is told of it.
      if case .paused = end { checkpoints[claim.trial.number] = epochs }
      worker.work = .ending(claim, end)
      return
    }
    try worker.store.record(training.report(epochs), of: claim)
    if Bool.random(using: &random) { checkpoints[claim.trial.number] = epochs + 1 }
    worker.work = .training(claim, epochs: epochs + 1)
  }
}

/// A decision and its outcome, as schedules are compared by.
package struct DecisionRow: Hashable, CustomStringConvertible {
  package let decision: Decision
  package let outcome: Outcome?

  package static func table(_ history: History) -> [DecisionRow] {
    history.decisions.map { DecisionRow(decision: $0, outcome: history.outcome(of: $0.number)) }
  }

  package var description: String {
    let until = decision.until.map { "\($0)" } ?? "end"
    let result = outcome.map { "\($0.kind) at \($0.epochs), \($0.score.map { "\($0)" } ?? "-")" }
    return "\(decision.number): trial \(decision.trial.number) (\(decision.trial.point)) "
      + "\(decision.from)…\(until), seen \(decision.seen), \(result ?? "no outcome")"
  }
}
