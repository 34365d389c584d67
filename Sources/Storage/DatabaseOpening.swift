import Foundation
import GRDB

/// How a file of results becomes a connection.
struct DatabaseOpening {
  let place: DatabasePlace
  let durability: ResultsDatabase.Durability
  let takesOver: Bool
  let owner: Participant
  let patience: LockPatience

  private var path: String { place.path }

  /// How often something is tried that another process has spoilt by chance.
  private static let mostTries = 20

  static func configuration(
    _ access: ResultsDatabase.Access, _ patience: LockPatience,
    _ durability: ResultsDatabase.Durability = .full
  ) -> Configuration {
    var configuration = Configuration()
    configuration.label = "sine-tune.results"
    configuration.readonly = access == .read
    configuration.busyMode = patience.busyMode()
    if access == .write {
      configuration.prepareDatabase {
        try $0.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
      }
    }
    return configuration
  }

  /// Opens the file, which is made if it is missing, and brings it to the newest format.
  func forWriting() throws -> DatabaseQueue {
    if !place.exists {
      try createFolder()
      try create()
    }
    DatabaseDraft.removeAbandoned(besides: place.file, seenFrom: owner)
    try demandWritable()
    try refuseForeign()
    return try retrying {
      let isInDoubt = Integrity.isInDoubt(place)
      let queue = try connection()
      try prepare(queue, isInDoubt: isInDoubt)
      return queue
    }
  }

  /// Connects to a file that is open for writing already.
  func connection() throws -> DatabaseQueue {
    try DatabaseQueue(
      path: place.file.path, configuration: Self.configuration(.write, patience, durability))
  }

  /// Opens the file without writing to it or beside it; a file of an older format is read as a copy in the
  /// newest one.
  func forReading() throws -> DatabaseQueue {
    guard place.exists else { throw StorageError.missing(path: path) }
    let check = Integrity.isInDoubt(place) ? Integrity.Check.full : .quick
    let queue = try reader()
    let format = try queue.read { db in
      let format = try Schema.format(of: db, path: path)
      try Integrity.demand(check, of: db, path: path)
      return format
    }
    if format == 0 { throw StorageError.missing(path: path) }
    if format == Schema.version { return queue }
    let copy = try DatabaseQueue()
    try queue.backup(to: copy)
    try copy.writeWithoutTransaction {
      try Schema.migrate($0, path: path, seenFrom: nil)
    }
    return copy
  }

  private func reader() throws -> DatabaseQueue {
    guard access(place.file.path, R_OK) == 0 else {
      throw StorageError.cannotOpen(
        path: path, reason: String(cString: strerror(errno)).lowercased())
    }
    let configuration = Self.configuration(.read, patience)
    return try retrying {
      // Without an index nobody has the file open in WAL mode, and SQLite would make one.
      let isUnused =
        !OpenFiles.areOpen(place) && place.size(ofCompanion: DatabasePlace.index) == nil
        && DatabaseHeader(ofFile: place.file.path)?.hasLog == true
      if isUnused { return try PrivateCopy.open(place, configuration: configuration) }
      do {
        return try DatabaseQueue(path: place.file.path, configuration: configuration)
      } catch let error as DatabaseError
        where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
      {
        return try PrivateCopy.open(place, configuration: configuration)
      }
    }
  }

  /// Tries once more if other processes have made or removed SQLite's files between two looks at them.
  private func retrying<T>(_ body: () throws -> T) throws -> T {
    for _ in 0..<Self.mostTries {
      do {
        return try body()
      } catch let error as DatabaseError
        where [.SQLITE_CANTOPEN, .SQLITE_PROTOCOL].contains(error.resultCode)
      {
      } catch is PrivateCopy.Changed {
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return try body()
  }

  /// Refuses a file that cannot be written, before SQLite puts others of its permissions beside it.
  ///
  /// Someone who has only read it may have left such; they get the permissions that it has now.
  private func demandWritable() throws {
    guard access(place.file.path, W_OK) == 0,
      access(place.file.deletingLastPathComponent().path, W_OK | X_OK) == 0
    else { throw StorageError.readOnly(path: path) }
    var status = stat()
    guard stat(place.file.path, &status) == 0 else { return }
    for suffix in [DatabasePlace.log, DatabasePlace.index] {
      let name = place.companion(suffix)
      // A file that another process removes meanwhile is in nobody's way.
      if access(name, W_OK) != 0, errno != ENOENT, chmod(name, status.st_mode & 0o777) != 0,
        errno != ENOENT
      {
        throw StorageError.readOnly(path: path + suffix)
      }
    }
  }

  /// Refuses a file of another program or of a newer format. The connection that looks cannot write:
  /// one that could would tidy up another program's write-ahead log when it closes.
  private func refuseForeign() throws {
    if OpenFiles.areOpen(place) { return }
    if let header = DatabaseHeader(ofFile: place.file.path),
      header.applicationID == Schema.applicationID, (1...Schema.version).contains(header.format)
    {
      return
    }
    do {
      let queue = try reader()
      defer { try? queue.close() }
      _ = try queue.read { try Schema.format(of: $0, path: path) }
    } catch is DatabaseError {
      // Whatever it is, the connection that is opened next meets it again.
    }
  }

  /// Makes the newest format out of any older one, and switches to a write-ahead log.
  private func prepare(_ queue: DatabaseQueue, isInDoubt: Bool = false) throws {
    try queue.writeWithoutTransaction { db in
      if isInDoubt { try Integrity.demand(.full, of: db, path: path) }
      try Schema.migrate(db, path: path, seenFrom: owner, takesOver: takesOver)
      // Readers and the writer do not block one another. SQLite does not wait by itself for those who read
      // or write in the other mode.
      for _ in 0..<Self.mostTries where try patience.waiting({ try startLog(db) }) { return }
      throw StorageError.noWriteAheadLog(path: path)
    }
  }

  /// Switches to a write-ahead log. Returns false if a process that ends has switched back in between.
  private func startLog(_ db: Database) throws -> Bool {
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
    if mode != "wal" { throw StorageError.noWriteAheadLog(path: path) }
    // From the first look in this mode on, others see that the database is open, and keep the log.
    _ = try Schema.format(of: db, path: path)
    return try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
  }

  private func create() throws {
    let draft = DatabaseDraft(for: place.file, owner: owner.identity)
    defer { draft.remove() }
    do {
      try draft.make()
      let queue = try DatabaseQueue(
        path: draft.file.path, configuration: Self.configuration(.write, patience))
      try prepare(queue)
      // Moves all that the write-ahead log holds into the file.
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      try queue.close()
    } catch {
      throw StorageError.translating(error, path: path)
    }
    try draft.publish()
  }

  private func createFolder() throws {
    let folder = URL(filePath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw StorageError.cannotCreateFolder(
        path: folder.relativePath, reason: Self.reason(error, folder))
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
    return error.systemReason
  }
}
