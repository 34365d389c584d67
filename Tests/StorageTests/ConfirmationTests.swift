import GRDB
import Literals
import Search
import Testing
import Trials
import Tuning

@testable import Storage

/// Trials that only confirm a result stand apart from the search.
@Suite struct ConfirmationTests {
  private func confirmation(of trial: Trial, seed: Int, in sweep: StoredSweep) throws -> Decision {
    let history = try sweep.history()
    return Decision(
      number: history.decisions.count,
      trial: Trial(number: history.trialCount, point: trial.point, seed: seed), purpose: .confirm,
      revision: sweep.revision, why: Rationale(.confirmation))
  }

  /// A sweep with two trials of the search and one that confirms the first, with a better score.
  private func confirmed(
    _ description: SweepDescription = sampleSweep(learningRates: [.real(0.01)])
  ) throws -> (database: ResultsDatabase, sweep: StoredSweep, confirming: Decision) {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(description)
    let first = try #require(try sweep.runTrial(scores: [0.5]))
    try sweep.runTrial(scores: [0.25])
    let decision = try confirmation(of: first, seed: Confirmation.firstSeed, in: sweep)
    let claim = try #require(try sweep.begin(decision, except: []).claim)
    try sweep.carryOut(claim, scores: [0.9])
    return (database, sweep, decision)
  }

  @Test("A trial that confirms a result is no best one, and no count has it")
  func apart() throws {
    let (database, sweep, _) = try confirmed()
    #expect(try database.bestTrial(of: sweep.name)?.trial.number == 0)
    #expect(try database.trials(of: sweep.name).map(\.trial.number) == [0, 1])
    #expect(try database.confirmations(of: sweep.name).map(\.trial.number) == [2])
    let record = try database.sweep(named: sweep.name)
    #expect(record.bestScore == 0.5)
    #expect(record.counts == TrialCounts(complete: 2, confirmed: 1))
    #expect(try sweep.bestTrial() == 0)
    #expect(try sweep.isBest(3, score: 0.6))
    #expect(try sweep.ended(among: [0, 1, 2]).best == 0)
    #expect(try sweep.history().countedTrials == 2)
    #expect(
      try database.rows("SELECT trial, state, purpose, valid_score FROM results ORDER BY trial")
        == ["0|complete|search|0.5", "1|complete|search|0.25", "2|complete|confirm|0.9"])
  }

  @Test("Optuna does not choose among trials that confirm a result")
  func optuna() throws {
    let (database, _, _) = try confirmed()
    #expect(try database.rows("SELECT number FROM trials ORDER BY number") == ["0", "1"])
  }

  @Test("An interrupted confirmation goes on, also if the searched seeds are others")
  func resumed() throws {
    var description = sampleSweep(learningRates: [.real(0.01)], interestSizes: [.integer(4)])
    description.seedDomain = .choice([.integer(1), .integer(2)])
    let (database, sweep, _) = try confirmed(description)
    let second = try confirmation(
      of: try sweep.history().decisions[0].trial, seed: Confirmation.firstSeed + 1, in: sweep)
    let claim = try #require(try sweep.begin(second, except: []).claim)
    try sweep.end(claim, with: .interrupted)
    #expect(try sweep.counts().interrupted == 0)

    let again = try database.openSweep(description)
    #expect(try again.history().outcome(of: second.number) == nil)
    let standing = try again.standing(retriesFailed: false)
    #expect(standing.waiting.map(\.number) == [second.number])
    #expect(standing.done == 2 && standing.outside == 0 && standing.running == 0)
    let resumed = try #require(try again.resume(except: []))
    #expect(resumed.decision.number == second.number)
    try again.carryOut(resumed)
    #expect(try again.history().outcome(of: second.number)?.kind == .complete)
    #expect(try again.counts() == TrialCounts(complete: 2, confirmed: 2))
  }

  @Test("A failed confirmation that is tried again is still one, and costs nothing")
  func retried() throws {
    let (database, sweep, _) = try confirmed()
    let spent = try sweep.history().committedWork
    let decision = try confirmation(
      of: try sweep.history().decisions[0].trial, seed: Confirmation.firstSeed + 1, in: sweep)
    let claim = try #require(try sweep.begin(decision, except: []).claim)
    try sweep.end(claim, with: .failed(.crashed, message: "x"))
    #expect(try sweep.counts().failed == 0)
    let again = try database.openSweep(
      sampleSweep(learningRates: [.real(0.01)]), options: OpeningOptions(retriesFailed: true))
    let retry = try #require(try again.resume(except: []))
    #expect(retry.decision.purpose == .confirm && retry.trial == decision.trial)
    try again.carryOut(retry, scores: [0.5, 0.7])
    #expect(try again.history().committedWork == spent)
    #expect(try again.counts() == TrialCounts(complete: 2, confirmed: 2))
  }

  @Test("A deleted trial that confirmed a result confirms it again")
  func deleted() throws {
    let (database, _, _) = try confirmed()
    try database.write { try $0.execute(sql: "DELETE FROM trial WHERE number = 2") }
    let again = try database.openSweep(sampleSweep(learningRates: [.real(0.01)]))
    let claim = try #require(try again.resume(except: []))
    #expect(claim.decision.purpose == .confirm)
    try again.carryOut(claim, scores: [0.9])
    #expect(
      try database.rows("SELECT trial, purpose FROM results ORDER BY trial")
        == ["0|search", "1|search", "2|confirm"])
  }
}
