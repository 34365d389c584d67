import Dispatch
import Foundation
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
      for _ in 0..<Self.mostTries {
        // A read that begins before a commit and ends after it keeps that commit in the log.
        guard (try? isLeft(in: connection)) == true else { return }
        usleep(Self.pause)
      }
    }
    queue.async(execute: work)
    _ = work.wait(timeout: .now() + limit / .seconds(1))
  }

  /// How often the log is moved while a reader keeps a part of it.
  private static let mostTries = 20
  /// The microseconds between two tries.
  private static let pause: UInt32 = 5_000

  /// Moves what can be moved, and returns whether a part of the log is left.
  private func isLeft(in connection: DatabaseQueue) throws -> Bool {
    try connection.writeWithoutTransaction { db in
      let statement = try db.cachedStatement(sql: "PRAGMA wal_checkpoint(PASSIVE)")
      guard let row = try Row.fetchOne(statement) else { return false }
      // The frames of the log, and those of them that the file has.
      let frames: Int = try row.value(at: 1, "wal_checkpoint.log")
      let moved: Int = try row.value(at: 2, "wal_checkpoint.checkpointed")
      return moved < frames
    }
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
