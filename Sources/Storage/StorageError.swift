import Foundation
import GRDB

/// Why results cannot be read or written.
package enum StorageError: Error, Hashable, Sendable {
  case missing(path: String)
  case isFolder(path: String)
  /// The path names something else: a FIFO, a socket, a device.
  case notAFile(path: String, kind: String)
  case notADatabase(path: String)
  case foreign(path: String)
  case newerVersion(path: String, found: Int, supported: Int)
  /// Another process works on a file that has to be brought to a newer format.
  case inUse(path: String, host: String, pid: Int)
  case cannotCreateFolder(path: String, reason: String)
  case cannotOpen(path: String, reason: String)
  case readOnly(path: String)
  case diskFull(path: String)
  case diskFailed(path: String, reason: String)
  case locked(path: String)
  case damaged(path: String, reason: String)
  case noWriteAheadLog(path: String)
  /// The file is not the one that was opened.
  case vanished(path: String)
  case noSweep(path: String)
  case unknownSweep(name: String, known: [String])
  /// The sweep of that name was made with other data or settings.
  case sweepDiffers(name: String, differences: [String])
  /// The sweep that the command line describes was made with other data.
  case dataDiffers(name: String, differences: [String])
  /// A fresh sweep was asked for under a name that is taken.
  case sweepExists(name: String)
  case failed(path: String, reason: String)
}

extension StorageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path):
      "no results at '\(path)'"
    case .isFolder(let path):
      "'\(path)' names a folder"
    case .notAFile(let path, let kind):
      "'\(path)' is \(kind), not a file"
    case .notADatabase(let path):
      "'\(path)' is not a SQLite database"
    case .foreign(let path):
      "'\(path)' is the database of another program"
    case .newerVersion(let path, let found, let supported):
      "'\(path)' has format \(found), this sine-tune knows format \(supported); update sine-tune"
    case .inUse(let path, let host, let pid):
      "'\(path)' has an older format and is in use by process \(pid) on \(host);"
        + " repeat the command when that has ended"
    case .cannotCreateFolder(let path, let reason):
      "cannot create the folder '\(path)': \(reason)"
    case .cannotOpen(let path, let reason):
      "cannot open '\(path)': \(reason)"
    case .readOnly(let path):
      "'\(path)' cannot be written: the file or its folder is read-only"
    case .diskFull(let path):
      "no space left to write '\(path)'; free some and repeat the command"
    case .diskFailed(let path, let reason):
      "cannot read or write '\(path)' (\(reason)); the disk may be full or gone"
    case .locked(let path):
      "'\(path)' is locked by another program; close it and repeat the command"
    case .damaged(let path, let reason):
      "'\(path)' is damaged: \(reason)"
    case .noWriteAheadLog(let path):
      "the file system of '\(path)' cannot share a SQLite database"
    case .vanished(let path):
      "'\(path)' was removed or replaced while it was in use; what is written now would be lost"
    case .noSweep(let path):
      "no sweep in '\(path)' yet"
    case .unknownSweep(let name, let known):
      "no sweep '\(name)'; known: \(known.map { "'\($0)'" }.joined(separator: ", "))"
    case .sweepDiffers(let name, let differences):
      "sweep '\(name)' was made differently: \(differences.joined(separator: "; "))"
    case .dataDiffers(let name, let differences):
      "sweep '\(name)' was made with other data: \(differences.joined(separator: "; "))"
    case .sweepExists(let name):
      "there is a sweep '\(name)' already"
    case .failed(let path, let reason):
      "cannot use '\(path)': \(reason)"
    }
  }
}

extension StorageError {
  /// What SQLite's error means for the file at a path.
  init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_CANTOPEN:
      self = .cannotOpen(path: path, reason: Self.obstacle(to: path) ?? reason)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHORT_READ:
      self = .damaged(path: path, reason: "it, or the file '\(path)-wal' beside it, was cut short")
    case .SQLITE_IOERR: self = .diskFailed(path: path, reason: reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
    default: self = .failed(path: path, reason: reason)
    }
  }

  /// The system's word on why a file cannot be opened; SQLite keeps it to itself.
  private static func obstacle(to path: String) -> String? {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let isDenied =
      access(path, F_OK) == 0 ? access(path, R_OK | W_OK) != 0 : access(folder, W_OK | X_OK) != 0
    return isDenied ? String(cString: strerror(errno)).lowercased() : nil
  }
}
