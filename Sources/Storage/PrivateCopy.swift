import Foundation
import GRDB

/// A copy of a database that only this process sees, for those who may read the file and not write beside
/// it: SQLite makes files to read a database in WAL mode.
///
/// The copy lies in the folder for temporary files and has no name there any more when it is returned.
enum PrivateCopy {
  /// Somebody has written to the file meanwhile.
  struct Changed: Error {}

  /// Copies a file that nobody has open, with what a killed process left beside it.
  static func open(
    _ place: DatabasePlace, configuration: Configuration
  ) throws -> DatabaseQueue {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sine-tune-\(UUID().uuidString)", directoryHint: .isDirectory)
    let copy = folder.appending(path: "results.db")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      let before = files(of: place)
      for (suffix, file) in before {
        try FileManager.default.copyItem(atPath: file.path, toPath: copy.path + suffix)
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o600], ofItemAtPath: copy.path + suffix)
      }
      guard files(of: place) == before else { throw Changed() }
    } catch let error as CocoaError {
      if files(of: place)[""] == nil { throw Changed() }
      throw StorageError.cannotOpen(
        path: place.path, reason: "cannot copy it to '\(folder.path)': \(error.systemReason)")
    }
    // Puts the log, or what a journal says, into the file.
    var writing = configuration
    writing.readonly = false
    let writer = try DatabaseQueue(path: copy.path, configuration: writing)
    try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try writer.close()
    return try DatabaseQueue(path: copy.path, configuration: configuration)
  }

  /// The files that make up the database, by the ends of their names.
  private static func files(of place: DatabasePlace) -> [String: FileIdentity] {
    var files: [String: FileIdentity] = [:]
    for suffix in ["", DatabasePlace.log, DatabasePlace.journal] {
      files[suffix] = FileIdentity(path: place.companion(suffix))
    }
    return files
  }
}

extension Error {
  /// The system's word on why Foundation could not do something, in lower case.
  var systemReason: String {
    let cause = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return cause.map { String(cString: strerror(Int32($0.code))).lowercased() }
      ?? localizedDescription
  }
}
