import GRDB
import Literals
import Search
import Synchronization
import Trials
import Tuning

/// The decisions of one sweep in results.db, shared with the other processes that work on it.
///
/// Any thread may call it. What it writes is on disk when a method returns.
package final class StoredSweep: DecisionStore {
  /// A decision that this process carries out.
  struct OwnAttempt {
    let decision: Int64
    let trial: Int64
    let start: ContinuousClock.Instant
    /// What the epochs took that earlier attempts have trained and that were kept.
    var secondsBefore = 0.0
    /// Epochs that an outcome stands on: they are compared, not written.
    var coveredEpochs = 0
  }

  struct State {
    var own: [Int64: OwnAttempt] = [:]
    /// Columns that the views have for certain.
    var columns: Set<ResultColumn>
  }

  /// What was read last; kept apart so that reading a long history holds up no epoch.
  struct Cache {
    var history: History
    /// The last outcome that was read.
    var lastOutcome: Int64 = 0
    /// How many decisions somebody had deleted by hand.
    var deletedCount = 0
    var trials: [Int64: Trial] = [:]
    var workPerEpoch: [Int64: Int] = [:]
    /// Values by their text: a grid has few, and many trials.
    var literals: [String: Literal] = [:]
    /// SQLite's count of the commits of other connections.
    var dataVersion: Int?
  }

  package let name: String
  /// True if no such sweep had been there.
  package let isNew: Bool
  package let method: SearchMethod
  package let lag: Int
  /// How the space differs from the one of the sweep's last run, a text for each parameter; see
  /// `SearchSpace.changes(from:)`.
  package let spaceChanges: [String]
  /// How the options of the search differ from those of the last run; see `SearchMethod.changes(from:)`.
  package let methodChanges: [String]
  /// Columns of parameters and metrics for which the views have no room.
  package let columnsLeftOut: Int
  /// What a sweep that was begun differs from; nil for one that goes on or was asked for.
  package let nearest: NearestSweep?

  let id: Int64
  let revision: Int
  let description: SweepDescription
  let database: ResultsDatabase
  let state: Mutex<State>
  let cache: Mutex<Cache>

  init(_ opened: OpenedSweep, description: SweepDescription, database: ResultsDatabase) {
    id = opened.id
    name = opened.name
    isNew = opened.isNew
    method = opened.method
    lag = opened.lag
    revision = opened.revision
    spaceChanges = opened.spaceChanges
    methodChanges = opened.methodChanges
    columnsLeftOut = opened.columnsLeftOut
    nearest = opened.nearest
    self.description = description
    self.database = database
    state = Mutex(State(columns: opened.columns))
    cache = Mutex(Cache(history: Self.history(of: opened.revision, description)))
  }

  /// Ends waits for a lock that another program holds; see `ResultsDatabase.stopWaiting`.
  package func stopWaiting() { database.stopWaiting() }

  /// The history of a revision before anything has been read.
  static func history(of revision: Int, _ description: SweepDescription) -> History {
    History(revision: revision, isSearched: description.contains)
  }

  /// How many trials of the space are in which state now.
  package func counts() throws -> TrialCounts {
    try database.read { try TrialCounts(ofSweep: id, seenFrom: database.owner, in: $0) }
  }

  /// How long a trial has been trained in all its attempts, as far as what they did was kept; nil while
  /// it has not ended.
  package func seconds(ofTrial number: Int) throws -> Double? {
    try database.read { db in
      try db.value(
        "trial.seconds", sql: "SELECT seconds FROM trial WHERE sweep = ? AND number = ?",
        arguments: [id, number])
    }
  }

  /// Notes that nothing is left to decide, or that it is not known to be so any more.
  package func finish(_ end: SweepEnd) throws {
    let hasEnded = end == .finished || end == .stoppedEarly
    try database.write { db in
      try db.execute(
        sql: "UPDATE sweep SET ended = \(hasEnded ? SQL.now : "NULL") WHERE id = ?",
        arguments: [id])
    }
  }
}
