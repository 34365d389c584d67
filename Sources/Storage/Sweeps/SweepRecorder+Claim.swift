import GRDB
import Search
import Tuning

/// The parameters and the seed that a sampler proposes for a trial.
package struct TrialProposal: Hashable, Sendable {
  package let parameters: Point
  package let seed: Int

  package init(parameters: Point, seed: Int) {
    self.parameters = parameters
    self.seed = seed
  }

  /// What tells trials of a sweep apart.
  var key: String { Self.key(parameters: parameters.json, seed: seed) }

  static func key(parameters: String, seed: Int) -> String { "\(seed) \(parameters)" }
}

extension SweepRecorder {
  private enum Claimed {
    case trial(Trial, Claim)
    case finished
    /// Running in another process.
    case elsewhere(trial: Int64)
    case overBudget
  }

  /// Proposals in a row that bring nothing new, beyond those that are known to be done, after which
  /// a sampler of finitely many values counts as exhausted.
  private static let patience = 1_000

  /// Takes possession of the next trial that is not finished and that no other process runs.
  ///
  /// The proposals are looked at in order, each once in the life of the recorder; those that other
  /// processes had are looked at again when there is no other. A trial that is run again keeps its
  /// number, and what it has written until `keepEpochs` is told how much of it counts. New trials
  /// get consecutive numbers.
  ///
  /// - Parameters:
  ///   - budget: How many trials the sweep may have in all, earlier runs included.
  ///   - propose: The sampler; nil where it has no trial of that index.
  package func nextTrial(
    budget: Int? = nil, propose: (Int) throws -> TrialProposal?
  ) throws -> Trial? {
    try state.withLock { state in
      try firstLook(&state, budget: budget, propose: propose)
        ?? secondLook(&state, budget: budget, propose: propose)
    }
  }

  private func firstLook(
    _ state: inout State, budget: Int?, propose: (Int) throws -> TrialProposal?
  ) throws -> Trial? {
    var vain = 0
    while vain <= state.known.count + Self.patience, let proposal = try propose(state.cursor) {
      let key = proposal.key
      if !state.known.contains(key) {
        let claimed = try claim(proposal, budget: budget)
        if case .overBudget = claimed { return nil }
        state.known.insert(key)
        if case .elsewhere(let trial) = claimed { state.elsewhere[trial] = state.cursor }
        if case .trial(let trial, let claim) = claimed {
          state.cursor += 1
          state.claims[trial.number] = claim
          return trial
        }
      }
      state.cursor += 1
      vain += 1
    }
    return nil
  }

  /// Takes up what other processes have left behind.
  private func secondLook(
    _ state: inout State, budget: Int?, propose: (Int) throws -> TrialProposal?
  ) throws -> Trial? {
    for (id, index) in state.elsewhere.sorted(by: { $0.value < $1.value }) {
      guard let proposal = try propose(index) else {
        state.elsewhere[id] = nil
        continue
      }
      switch try claim(proposal, budget: budget) {
      case .elsewhere: continue
      case .finished, .overBudget: state.elsewhere[id] = nil
      case .trial(let trial, let claim):
        state.elsewhere[id] = nil
        state.claims[trial.number] = claim
        return trial
      }
    }
    return nil
  }

  private func claim(_ proposal: TrialProposal, budget: Int?) throws -> Claimed {
    try database.write { db in
      let old = try Row.fetchOne(
        db,
        sql: """
          SELECT id, number, state FROM trial WHERE sweep = ? AND parameters = ? AND seed = ?
          """, arguments: [id, proposal.parameters.json, proposal.seed])
      let trial: Int64
      let number: Int
      if let old {
        (trial, number) = (old["id"], old["number"])
        switch try currentState(ofTrial: trial, old["state"], in: db) {
        case .waiting: break
        case .running: return .elsewhere(trial: trial)
        case .complete, .pruned, .failed, nil: return .finished
        }
        // A budget that has become smaller counts only what has begun.
        if let budget, try begunTrials(in: db) >= budget { return .overBudget }
        try restart(trial, in: db)
      } else {
        number = try nextNumber(in: db)
        // Trials that wait for another process to take them up have their place in the budget.
        if let budget, number >= budget { return .overBudget }
        trial = try insert(proposal, number: number, in: db)
      }
      let attempt = try Attempt.open(
        trial: trial, owner: database.owner, toolVersion: toolVersion, in: db)
      return .trial(
        Trial(number: number, parameters: proposal.parameters, seed: proposal.seed),
        Claim(trial: trial, attempt: attempt, start: .now))
    }
  }

  /// The state of a trial once the attempts of processes that are gone have been closed.
  private func currentState(
    ofTrial trial: Int64, _ word: String, in db: Database
  ) throws -> TrialState? {
    guard word == TrialState.running.rawValue else { return TrialState(rawValue: word) }
    try Attempt.closeAbandoned(ofSweep: id, seenFrom: database.owner, in: db)
    return try String.fetchOne(db, sql: "SELECT state FROM trial WHERE id = ?", arguments: [trial])
      .flatMap(TrialState.init(rawValue:))
  }

  private func nextNumber(in db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT coalesce(max(number) + 1, 0) FROM trial WHERE sweep = ?", arguments: [id])
      ?? 0
  }

  /// Trials that are finished or running; numbers have no gaps, which saves counting them.
  private func begunTrials(in db: Database) throws -> Int {
    let waiting = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM trial WHERE sweep = ? AND state = 'waiting'", arguments: [id])
    return try nextNumber(in: db) - (waiting ?? 0)
  }

  private func insert(_ proposal: TrialProposal, number: Int, in db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO trial (sweep, number, parameters, seed, state, started)
        VALUES (?, ?, ?, ?, 'running', \(SQL.now))
        """, arguments: [id, number, proposal.parameters.json, proposal.seed])
    let trial = db.lastInsertedRowID
    for (position, entry) in proposal.parameters.entries.enumerated() {
      try db.execute(
        sql: """
          INSERT INTO trialParameter (trial, position, name, value, text) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          trial, position, entry.name, entry.value.databaseValue, entry.value.description,
        ])
    }
    return trial
  }

  private func restart(_ trial: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        UPDATE trial SET state = 'running', started = \(SQL.now), ended = NULL, validScore = NULL,
          bestEpoch = NULL, seconds = NULL, kernels = NULL
        WHERE id = ?
        """, arguments: [trial])
  }
}
