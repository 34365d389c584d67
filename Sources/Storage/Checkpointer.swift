import Dispatch
import GRDB
import Synchronization

/// Moves what the log holds into the file, so that a copy of the file alone holds it.
///
/// It has a connection and a thread of its own: readers, writers and training go on meanwhile. A failure
/// loses nothing, since the log still has everything; what a reader holds up moves the next time.
final class Checkpointer: Sendable {
  private struct State {
    var connection: DatabaseQueue?
    var isRequested = false
  }

  private let opening: DatabaseOpening
  private let queue = DispatchQueue(label: "sine-tune.checkpoint")
  private let state = Mutex(State())

  init(_ opening: DatabaseOpening) { self.opening = opening }

  /// Starts to move everything that is committed, and waits for its end for a while.
  func move(waiting limit: Duration) {
    state.withLock { $0.isRequested = true }
    let work = DispatchWorkItem { [self] in
      let isNew = state.withLock { state in
        defer { state.isRequested = false }
        return state.isRequested
      }
      // The work before this one has moved what several callers wanted.
      guard isNew, let connection = try? connection() else { return }
      try? connection.writeWithoutTransaction {
        try $0.cachedStatement(sql: "PRAGMA wal_checkpoint(PASSIVE)").execute()
      }
    }
    queue.async(execute: work)
    _ = work.wait(timeout: .now() + limit / .seconds(1))
  }

  /// Waits for the end of what was started, and closes the connection.
  func close() {
    queue.sync {
      let connection = state.withLock { state in
        defer { state.connection = nil }
        return state.connection
      }
      try? connection?.close()
    }
  }

  private func connection() throws -> DatabaseQueue {
    if let known = state.withLock({ $0.connection }) { return known }
    let new = try opening.connection()
    state.withLock { $0.connection = new }
    return new
  }
}
