import Foundation
import GRDB

/// The file of all results, results.db: one writer of this process, any number of readers elsewhere.
///
/// Every method is one transaction; any thread may call them.
package final class ResultsDatabase: Sendable {
  package enum Access: Hashable, Sendable {
    /// The file is created if it is missing, and brought to the newest format.
    case write
    /// The file has to exist and is not changed.
    case read
  }

  /// What a power cut may take.
  package enum Durability: String, Sendable {
    /// Nothing that was committed. It costs a flush to disk per event, that is per epoch.
    case full = "FULL"
    /// The last events: the disk is waited for only now and then.
    case normal = "NORMAL"
  }

  /// What the names of SQLite's log and of its index end with.
  private static let companions = ["-wal", "-shm"]

  /// The path as the caller wrote it.
  package let path: String
  /// The process in whose name trials are run.
  let owner: Participant
  /// Tells other processes that this one is alive; nil for a reader, and where there are no locks.
  private let lock: OwnerLock?
  private let queue: DatabaseQueue
  /// The file that was opened, and SQLite's log and index beside it, to be known again.
  private let files: [FileIdentity]

  /// Opens the file at a path; a `StorageError` says what is wrong with it.
  ///
  /// A file that is not of this program stays as it is, and nothing half-written is left behind.
  ///
  /// - Parameter takesOver: Brings an old file to the newest format even if processes that cannot be
  ///   seen from here may still work on it.
  package convenience init(
    path: String, access: Access = .write, durability: Durability = .full, takesOver: Bool = false
  ) throws {
    try self.init(
      path: path, access: access, durability: durability, takesOver: takesOver, owner: .current,
      locks: access == .write)
  }

  /// - Parameter locks: Lets other processes see by a lock that the owner is alive. Tests open files in
  ///   the names of processes that are not.
  init(
    path: String, access: Access, durability: Durability = .full, takesOver: Bool = false,
    owner identity: ProcessIdentity, locks: Bool = false
  ) throws {
    // Absolute, so that no name, such as ':memory:', means something special to SQLite.
    let file = URL(filePath: path)
    var owner = Participant(identity, lockFile: OwnerLock.path(besides: file))
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
    if isFolder.boolValue { throw StorageError.isFolder(path: path) }
    if !exists {
      if access == .read { throw StorageError.missing(path: path) }
      try Self.createFolder(of: file)
      try Self.create(file, path: path, owner: owner)
    }
    if access == .write {
      DatabaseDraft.removeAbandoned(besides: file, seenFrom: owner)
      try Self.demandWritable(file, path: path)
    }
    try Self.check(file, path: path)
    do {
      queue = try Self.open(
        file, path: path, access, durability, takesOver: takesOver, owner: owner)
    } catch {
      throw Self.storageError(error, path: path)
    }
    self.path = path
    lock = locks ? OwnerLock(besides: file) : nil
    owner.identity.lock = lock?.byte
    self.owner = owner
    files = ([""] + Self.companions).compactMap { FileIdentity(path: file.path + $0) }
    if access == .write { try releaseAbandoned() }
  }

  /// A database in memory, for tests.
  init(inMemoryOwnedBy identity: ProcessIdentity = .current) throws {
    path = ":memory:"
    let owner = Participant(identity)
    self.owner = owner
    lock = nil
    files = []
    queue = try DatabaseQueue(configuration: Self.configuration(.write))
    try queue.writeWithoutTransaction {
      try Schema.migrate($0, path: ":memory:", seenFrom: owner)
    }
  }

  /// Writes everything into the one file and leaves no other beside it; the database is of no use
  /// afterwards.
  package func close() throws {
    // An attempt that is still open names the file of locks.
    lock?.removeFile { (try? queue.read { try !Attempt.open(in: $0).isEmpty }) ?? true }
    do {
      try queue.close()
    } catch {
      throw Self.storageError(error, path: path)
    }
  }

  /// Reads in one transaction.
  func read<T>(_ body: (Database) throws -> T) throws -> T {
    do {
      return try queue.read(body)
    } catch {
      throw Self.storageError(error, path: path)
    }
  }

  /// Writes in one transaction that is immediate, so that two processes never both read first and
  /// then wait for each other.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    // SQLite would go on with files that no longer have a name.
    if let lost = files.first(where: { !$0.isStillThere }) {
      let folder = URL(filePath: path).deletingLastPathComponent()
      throw StorageError.vanished(path: folder.appending(path: lost.name).relativePath)
    }
    do {
      return try queue.write(body)
    } catch {
      throw Self.storageError(error, path: path)
    }
  }

  private static func configuration(
    _ access: Access, _ durability: Durability = .full
  ) -> Configuration {
    var configuration = Configuration()
    configuration.label = "sine-tune.results"
    configuration.readonly = access == .read
    configuration.busyMode = .timeout(30)
    if access == .write {
      configuration.prepareDatabase {
        try $0.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
      }
    }
    return configuration
  }

  /// Refuses a file that cannot be written, before SQLite puts others of its permissions beside it.
  ///
  /// Someone who has only read it may have left such; they get the permissions that it has now.
  private static func demandWritable(_ file: URL, path: String) throws {
    guard Foundation.access(file.path, W_OK) == 0 else { throw StorageError.readOnly(path: path) }
    var status = stat()
    guard stat(file.path, &status) == 0 else { return }
    for suffix in companions {
      let name = file.path + suffix
      if Foundation.access(name, F_OK) == 0, Foundation.access(name, W_OK) != 0,
        chmod(name, status.st_mode & 0o777) != 0
      {
        throw StorageError.readOnly(path: path + suffix)
      }
    }
  }

  /// Refuses a file of another program or of a newer format. The connection that looks cannot write:
  /// one that could would tidy up another program's write-ahead log when it closes.
  private static func check(_ file: URL, path: String) throws {
    let queue = try? DatabaseQueue(path: file.path, configuration: configuration(.read))
    do {
      _ = try queue?.read { try Schema.format(of: $0, path: path) }
    } catch is DatabaseError {
      // Whatever it is, the connection that is opened next meets it again.
    }
  }

  private static func open(
    _ file: URL, path: String, _ access: Access, _ durability: Durability, takesOver: Bool,
    owner: Participant
  ) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(
      path: file.path, configuration: configuration(access, durability))
    switch access {
    case .write:
      try prepare(queue, path: path, takesOver: takesOver, owner: owner)
      return queue
    case .read:
      let format = try queue.read { try Schema.format(of: $0, path: path) }
      if format == 0 { throw StorageError.missing(path: path) }
      if format == Schema.version { return queue }
      // Who only reads leaves an old file as it is, and reads a copy in the newest format.
      let copy = try DatabaseQueue(configuration: configuration(.write))
      try queue.backup(to: copy)
      try copy.writeWithoutTransaction {
        try Schema.migrate($0, path: path, seenFrom: nil)
      }
      return copy
    }
  }

  private static func prepare(
    _ queue: DatabaseQueue, path: String, takesOver: Bool = false, owner: Participant
  ) throws {
    try queue.writeWithoutTransaction { db in
      try Schema.migrate(db, path: path, seenFrom: owner, takesOver: takesOver)
      // Readers and the writer do not block one another.
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
      if mode != "wal" { throw StorageError.noWriteAheadLog(path: path) }
    }
  }

  private static func create(_ file: URL, path: String, owner: Participant) throws {
    let draft = DatabaseDraft(for: file, owner: owner.identity)
    defer { draft.remove() }
    do {
      let queue = try DatabaseQueue(path: draft.file.path, configuration: configuration(.write))
      try prepare(queue, path: path, owner: owner)
      // Closing moves all that the write-ahead log holds into the file.
      try queue.close()
    } catch {
      throw storageError(error, path: path)
    }
    try draft.publish()
  }

  private static func createFolder(of file: URL) throws {
    let folder = file.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw StorageError.cannotCreateFolder(
        path: folder.relativePath, reason: reason(error, folder))
    }
  }

  private static func reason(_ error: any Error, _ folder: URL) -> String {
    // Foundation's text for a file in the way is two sentences about no file in particular.
    var ancestor = folder
    while ancestor.pathComponents.count > 1 {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: ancestor.path, isDirectory: &isFolder) {
        if !isFolder.boolValue { return "'\(ancestor.lastPathComponent)' is a file" }
        break
      }
      ancestor.deleteLastPathComponent()
    }
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return cause.map { String(cString: strerror(Int32($0.code))).lowercased() }
      ?? error.localizedDescription
  }

  private static func storageError(_ error: any Error, path: String) -> any Error {
    (error as? DatabaseError).map { StorageError($0, path: path) } ?? error
  }
}
