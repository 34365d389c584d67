import GRDB
import Literals
import Search
import Trials

/// The state of a trial, by its word in the database.
package enum TrialState: String, Hashable, Sendable, CaseIterable {
  /// Interrupted; to be run again.
  case waiting
  case running, paused, complete, failed

  /// The word for a user.
  package var word: String { self == .waiting ? "interrupted" : rawValue }
}

/// How many trials of a sweep are in which state. Only trials of the space that is searched now count;
/// another space has left the others behind. Those that only confirm a result are counted by themselves.
package struct TrialCounts: Hashable, Sendable {
  package let complete: Int
  /// Still paused when the sweep had ended.
  package let pruned: Int
  /// Paused, and may go on.
  package let paused: Int
  package let failed: Int
  /// Failed because they were not done in time.
  package let timedOut: Int
  /// Failed for lack of memory, under an old version of the program; now such trials wait.
  package let outOfMemory: Int
  /// Running in a process that is alive.
  package let running: Int
  /// Stopped before their end, by a signal or by the death of their process.
  package let interrupted: Int
  /// Finished trials that lie outside the space.
  package let outside: Int
  /// Finished trials that only confirm a result. No other number counts them.
  package let confirmed: Int

  package var done: Int { complete + pruned + failed }

  package init(
    complete: Int = 0, pruned: Int = 0, paused: Int = 0, failed: Int = 0, timedOut: Int = 0,
    outOfMemory: Int = 0, running: Int = 0, interrupted: Int = 0, outside: Int = 0,
    confirmed: Int = 0
  ) {
    self.complete = complete
    self.pruned = pruned
    self.paused = paused
    self.failed = failed
    self.timedOut = timedOut
    self.outOfMemory = outOfMemory
    self.running = running
    self.interrupted = interrupted
    self.outside = outside
    self.confirmed = confirmed
  }

  init(ofSweep id: Int64, seenFrom viewer: Participant, in db: Database) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT state, reason, \(SQL.confirms("trial.id")) AS confirms, count(*) AS count,
          sweep.ended IS NOT NULL AS hasEnded,
          EXISTS (SELECT 1 FROM sweepRevision
            WHERE sweepRevision.sweep = sweep.id AND sweepRevision.space <> sweep.space) AS hasChanged
        FROM trial JOIN sweep ON sweep.id = trial.sweep
        WHERE sweep.id = ? GROUP BY state, reason, confirms
        """, arguments: [id])
    var counts: [TrialState: Int] = [:]
    var failures: [FailureReason: Int] = [:]
    var confirmed = 0
    for row in rows {
      let count: Int = try row.value("count", of: "trial")
      let state: TrialState = try row.value("state", of: "trial")
      if try row.value("confirms", of: "decision") {
        confirmed += state == .complete ? count : 0
        continue
      }
      counts[state, default: 0] += count
      let reason: FailureReason? = try row.value("reason", of: "trial")
      if let reason { failures[reason] = count }
    }
    // As long as there has been one space, every trial lies in it.
    let hasChanged: Bool = try rows.first?.value("hasChanged", of: "sweepRevision") ?? false
    let outside = hasChanged ? try TrialsOutside(ofSweep: id, in: db) : TrialsOutside()
    for state in outside.states.values { counts[state, default: 0] -= 1 }
    let abandoned = try Attempt.openDecisions(ofSweep: id, in: db)
      .count { open in
        open.attempt != nil && open.isAbandoned(seenFrom: viewer)
          && outside.states[open.trial] == nil && open.purpose != .confirm
      }
    let hasEnded: Bool = try rows.first?.value("hasEnded", of: "sweep") ?? false
    complete = counts[.complete] ?? 0
    pruned = hasEnded ? counts[.paused] ?? 0 : 0
    paused = hasEnded ? 0 : counts[.paused] ?? 0
    failed = counts[.failed] ?? 0
    timedOut = failures[.timedOut] ?? 0
    outOfMemory = failures[.outOfMemory] ?? 0
    running = (counts[.running] ?? 0) - abandoned
    interrupted = (counts[.waiting] ?? 0) + abandoned
    self.outside = outside.states.values.count { $0 != .waiting && $0 != .running }
    self.confirmed = confirmed
  }
}

/// The trials of a sweep that lie outside the space that is searched now.
private struct TrialsOutside {
  /// The states by the id of the trial.
  private(set) var states: [Int64: TrialState] = [:]

  init() {}

  init(ofSweep id: Int64, in db: Database) throws {
    guard
      let text: String = try db.value(
        "sweep.space", sql: "SELECT space FROM sweep WHERE id = ?", arguments: [id]),
      let space = try? SearchSpace.parse(text, file: "")
    else { return }
    let places = Dictionary(
      space.parameters.map(\.name).enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    // Whether a place takes a value; a grid has few values, and many trials.
    var known: [String: Bool] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT trial.id, trial.state, trialParameter.name, trialParameter.text FROM trial
        JOIN trialParameter ON trialParameter.trial = trial.id
        WHERE trial.sweep = ? AND NOT \(SQL.confirms("trial.id"))
        """, arguments: [id])
    while let row = try rows.next() {
      let name: String = try row.value(at: 2, "trialParameter.name")
      let text: String = try row.value(at: 3, "trialParameter.text")
      guard let place = places[name] else { continue }
      let key = "\(place) \(text)"
      let isInside =
        known[key] ?? space.contains((try? Literal(parsing: text)) ?? .string(text), at: place)
      known[key] = isInside
      if !isInside {
        states[try row.value(at: 0, "trial.id")] = try row.value(at: 1, "trial.state")
      }
    }
  }
}
