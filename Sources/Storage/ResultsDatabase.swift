import Foundation
import GRDB

/// The file of all results, results.db: one writer of this process, any number of readers elsewhere.
///
/// Every method is one transaction; any thread may call them.
package final class ResultsDatabase: Sendable {
  package enum Access: Hashable, Sendable {
    /// The file is created if it is missing, and brought to the newest format.
    case write
    /// The file has to exist. Neither the file nor its folder is changed, and need not be writable.
    case read
  }

  /// What a power cut may take.
  package enum Durability: String, Sendable {
    /// Nothing that was committed. It costs a flush to disk per event, that is per epoch.
    case full = "FULL"
    /// The last events: the disk is waited for only now and then.
    case normal = "NORMAL"
  }

  /// The path as the caller wrote it.
  package let path: String
  /// The process in whose name trials are run.
  let owner: Participant
  /// Tells other processes that this one is alive; nil for a reader, and where there are no locks.
  private let lock: OwnerLock?
  private let queue: DatabaseQueue
  /// The files of a database that is written to; declared behind the queue, which closes first.
  private let files: OpenFiles?
  private let checkpointer: Checkpointer?
  private let patience: LockPatience

  /// Opens the file at a path; a `StorageError` says what is wrong with it.
  ///
  /// A file that is not of this program stays as it is, and nothing half-written is left behind.
  ///
  /// - Parameters:
  ///   - takesOver: Brings an old file to the newest format even if processes that cannot be
  ///     seen from here may still work on it.
  ///   - whileLocked: Called again and again, on any thread, while another program holds the lock of the
  ///     file. The wait has no end but that of the lock; see `stopWaiting`.
  package convenience init(
    path: String, access: Access = .write, durability: Durability = .full,
    takesOver: Bool = false, whileLocked: @escaping @Sendable (LockWait) -> Void = { _ in }
  ) throws {
    try self.init(
      path: path, access: access, durability: durability, takesOver: takesOver, owner: .current,
      locks: access == .write, whileLocked: whileLocked)
  }

  /// - Parameter locks: Lets other processes see by a lock that the owner is alive. Tests open files in
  ///   the names of processes that are not.
  init(
    path: String, access: Access, durability: Durability = .full, takesOver: Bool = false,
    owner identity: ProcessIdentity, locks: Bool = false,
    whileLocked: @escaping @Sendable (LockWait) -> Void = { _ in }
  ) throws {
    let place = try DatabasePlace(path: path)
    var owner = Participant(identity, lockFile: OwnerLock.path(besides: place.file))
    let patience = LockPatience(place, notice: whileLocked)
    let opening = DatabaseOpening(
      place: place, durability: durability, takesOver: takesOver, owner: owner, patience: patience)
    do {
      switch access {
      case .write:
        queue = try opening.forWriting()
        files = try OpenFiles(place)
        checkpointer = Checkpointer(opening)
      case .read:
        queue = try opening.forReading()
        files = nil
        checkpointer = nil
      }
    } catch {
      throw StorageError.translating(error, path: path)
    }
    self.path = path
    lock = locks ? OwnerLock(besides: place.file) : nil
    owner.identity.lock = lock?.byte
    self.owner = owner
    self.patience = patience
    if access == .write { try releaseAbandoned() }
  }

  /// A database in memory, for tests.
  init(inMemoryOwnedBy identity: ProcessIdentity = .current) throws {
    path = ":memory:"
    let owner = Participant(identity)
    self.owner = owner
    lock = nil
    files = nil
    checkpointer = nil
    patience = LockPatience(nil)
    queue = try DatabaseQueue()
    try queue.writeWithoutTransaction {
      try Schema.migrate($0, path: ":memory:", seenFrom: owner)
    }
  }

  /// Closes the database, which is of no use afterwards.
  ///
  /// The last process that has worked on the file leaves it whole by itself, without a log: whoever may
  /// read it, may read it with any program.
  package func close() throws {
    // Whoever still has it open keeps the log.
    patience.giveUp()
    checkpointer?.close()
    // An attempt that is still open names the file of locks.
    lock?.removeFile { (try? queue.read { try !Attempt.open(in: $0).isEmpty }) ?? true }
    do {
      let isWhole = files != nil && Self.leaveWhole(queue)
      try queue.close()
      if files != nil, !isWhole { leaveWholeOnceMore() }
      files?.close()
    } catch {
      throw StorageError.translating(error, path: path)
    }
  }

  private static func leaveWhole(_ queue: DatabaseQueue) -> Bool {
    let mode = try? queue.writeWithoutTransaction {
      try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE")
    }
    return mode == "delete"
  }

  /// Of several processes that end at once, none is the last one while the others are still there.
  private func leaveWholeOnceMore() {
    guard let place = try? DatabasePlace(path: path), place.exists else { return }
    let configuration = DatabaseOpening.configuration(.write, patience)
    for _ in 0..<3 {
      if let queue = try? DatabaseQueue(path: place.file.path, configuration: configuration) {
        let isWhole = Self.leaveWhole(queue)
        try? queue.close()
        if isWhole { return }
      }
      Thread.sleep(forTimeInterval: Double.random(in: 0.001...0.01))
    }
  }

  /// Reads in one transaction.
  ///
  /// `DatabaseQueue.read` would switch to reading only and back, and each time SQLite compiles all its
  /// statements anew.
  func read<T>(_ body: (Database) throws -> T) throws -> T {
    do {
      return try queue.unsafeRead { db in
        try db.beginTransaction(.deferred)
        do {
          let found = try body(db)
          try db.commit()
          return found
        } catch {
          if db.isInsideTransaction { try? db.rollback() }
          throw error
        }
      }
    } catch {
      throw translated(error)
    }
  }

  /// Writes in one transaction that is immediate, so that two processes never both read first and
  /// then wait for each other.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    if let files, try !files.look() { try demandWhole() }
    do {
      return try queue.write(body)
    } catch {
      throw translated(error)
    }
  }

  /// Sees to it that a copy of the file alone holds what is committed, and waits for it for a while.
  func checkpoint(waiting limit: Duration) { checkpointer?.move(waiting: limit) }

  /// Looks at every page as it is in the files now, and throws `StorageError.damaged` if they are not what
  /// they have to be. SQLite itself goes on with the pages that it has in memory.
  package func demandWhole() throws {
    guard files != nil else { return }
    do {
      // Another connection has another memory.
      let reader = try DatabaseQueue(
        path: DatabasePlace(path: path).file.path,
        configuration: DatabaseOpening.configuration(.read, patience))
      defer { try? reader.close() }
      try reader.read { try Integrity.demand(.quick, of: $0, path: path) }
    } catch {
      throw translated(error)
    }
  }

  /// What an error means for this file, which was a database when it was opened.
  private func translated(_ error: any Error) -> any Error {
    let error = StorageError.translating(error, path: path)
    guard case StorageError.notADatabase = error else { return error }
    return StorageError.damaged(path: path, reason: "it is no SQLite database any more")
  }

  /// Ends waits for the lock that another program holds, now and later, with `StorageError.locked`. A wait
  /// that is as short as those for other processes of a sweep does not end. Any thread may call it.
  package func stopWaiting() { patience.stop() }
}

extension StorageError {
  /// What an error of the database means for the file at a path.
  static func translating(_ error: any Error, path: String) -> any Error {
    switch error {
    case let error as DatabaseError: StorageError(error, path: path)
    case let error as UnexpectedValue: StorageError.damaged(path: path, reason: error.reason)
    default: error
    }
  }
}
