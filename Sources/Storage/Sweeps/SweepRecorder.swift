import GRDB
import Synchronization
import Tuning

/// An open sweep: hands out its trials, and writes down what becomes of them as it happens.
///
/// `nextTrial` and `record` are what a `Scheduler` needs; any thread may call them.
package final class SweepRecorder: Sendable {
  /// A trial that this process runs.
  struct Claim {
    let trial: Int64
    let attempt: Int64
    let start: ContinuousClock.Instant
    /// What the epochs took that were kept of earlier attempts.
    var secondsBefore = 0.0
  }

  struct State {
    /// The index of the next proposal of the sampler.
    var cursor: Int
    /// Proposals that another process runs, or ran, by the trials' ids.
    var elsewhere: [Int64: Int] = [:]
    /// Keys of trials that are not to be handed out by this process (any more).
    var known: Set<String>
    /// By the trials' numbers.
    var claims: [Int: Claim] = [:]
    /// Columns that the views have for certain.
    var columns: Set<ResultColumn>
  }

  package let name: String
  /// True where no such sweep had been there.
  package let isNew: Bool
  /// What was there when the sweep was opened: `interrupted` trials will be run again.
  package let counts: TrialCounts
  /// What the scheduler's early stop has to know of earlier runs.
  package let finished: [FinishedTrial]
  /// Finished trials that lie outside the space, which has become smaller.
  package let outsideSpace: Int

  let id: Int64
  let toolVersion: String
  let biggerIsBetter: Bool
  let database: ResultsDatabase
  let state: Mutex<State>

  init(_ opened: OpenedSweep, description: SweepDescription, database: ResultsDatabase) {
    id = opened.id
    name = opened.name
    isNew = opened.isNew
    counts = opened.counts
    finished = opened.finished
    outsideSpace = opened.outsideSpace
    toolVersion = description.toolVersion
    biggerIsBetter = description.biggerIsBetter
    self.database = database
    state = Mutex(State(cursor: opened.firstProposal, known: opened.known, columns: opened.columns))
  }
}
