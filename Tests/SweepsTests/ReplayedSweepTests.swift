import Literals
import Search
import Storage
import TestSupport
import Testing
import Trials
import Tuning

@testable import Sweeps

/// A replay runs the code of a real sweep: on the sweep's own curves it makes the same decisions.
@Suite struct ReplayedSweepTests {
  private static let space = """
    learning_rate choice [0.02,0.01,0.005]
    interest_size choice [2,3,4]
    """

  @Test(
    "A real sweep, replayed from its own curves, has the same decision table",
    arguments: [
      (SearchAlgorithm.kg, PrunerKind.none), (.random, .asha), (.tpe, .hyperband),
      (.ashaSeeds, .none),
    ])
  func replay(algorithm: SearchAlgorithm, pruner: PrunerKind) throws {
    let small = try SmallSweep(
      Self.space, options: ["--stopping_step=1"]
    ) { request in
      request.wishes.algorithm = algorithm
      request.wishes.pruner = pruner
      request.wishes.minEpochs = 1
      request.wishes.reductionFactor = 2
      request.epochs = 40
      request.lag = 3
    }
    let (end, _) = try small.run()
    #expect(end == .finished)

    let database = try ResultsDatabase(path: small.path)
    defer { try? database.close() }
    let sweep = try database.openSweep(
      small.plan.description(
        name: nil, dataset: small.dataset(), datasets: small.datasets, toolVersion: "test"))
    let real = try sweep.history()
    #expect(real.decisions.count > 6)
    #expect(algorithm == .kg || real.decisions.contains { $0.until != nil })

    let scores = try database.validScores(of: sweep.name)
    let replayed = try Replay.run(small.plan.tuner(of: sweep, datasets: small.datasets)) { trial in
      scores[trial.number].map {
        RecordedCurve(
          scores: $0, direction: .maximize,
          end: real.lastOutcome(ofTrial: trial.number)?.kind == .complete ? .complete : .paused)
      }
    }
    #expect(replayed.decisions == real.decisions)
    for decision in real.decisions {
      #expect(
        replayed.outcome(of: decision.number)?.score == real.outcome(of: decision.number)?.score)
    }
  }
}
