import GRDB
import Trials

/// The state of a trial, by its word in the database.
package enum TrialState: String, Hashable, Sendable, CaseIterable {
  /// Interrupted; to be run again.
  case waiting
  case running, paused, complete, failed

  /// The word for a user.
  package var word: String { self == .waiting ? "interrupted" : rawValue }
}

/// How many trials of a sweep are in which state.
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

  package var done: Int { complete + pruned + failed }

  package init(
    complete: Int = 0, pruned: Int = 0, paused: Int = 0, failed: Int = 0, timedOut: Int = 0,
    outOfMemory: Int = 0, running: Int = 0, interrupted: Int = 0
  ) {
    self.complete = complete
    self.pruned = pruned
    self.paused = paused
    self.failed = failed
    self.timedOut = timedOut
    self.outOfMemory = outOfMemory
    self.running = running
    self.interrupted = interrupted
  }

  init(ofSweep id: Int64, seenFrom viewer: Participant, in db: Database) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT state, reason, count(*) AS count, sweep.ended IS NOT NULL AS hasEnded
        FROM trial JOIN sweep ON sweep.id = trial.sweep WHERE sweep.id = ? GROUP BY state, reason
        """, arguments: [id])
    var counts: [TrialState: Int] = [:]
    var failures: [FailureReason: Int] = [:]
    for row in rows {
      let count: Int = try row.value("count", of: "trial")
      counts[try row.value("state", of: "trial"), default: 0] += count
      let reason: FailureReason? = try row.value("reason", of: "trial")
      if let reason { failures[reason] = count }
    }
    let abandoned = try Attempt.openDecisions(ofSweep: id, in: db)
      .count { $0.attempt != nil && $0.isAbandoned(seenFrom: viewer) }
    let hasEnded: Bool = try rows.first?.value("hasEnded", of: "sweep") ?? false
    complete = counts[.complete] ?? 0
    pruned = hasEnded ? counts[.paused] ?? 0 : 0
    paused = hasEnded ? 0 : counts[.paused] ?? 0
    failed = counts[.failed] ?? 0
    timedOut = failures[.timedOut] ?? 0
    outOfMemory = failures[.outOfMemory] ?? 0
    running = (counts[.running] ?? 0) - abandoned
    interrupted = (counts[.waiting] ?? 0) + abandoned
  }
}
