import Foundation
import Literals
import Recommender
import Sweeps

/// The file of `--output_file`, which is checked before the sweep and written after it.
///
/// A file is replaced as a whole, so that a reader sees the old or the new one. A symbolic link stays and
/// its target is replaced; a pipe or a device is written to.
struct OutputFile {
  /// A file that the sweep reads or writes, and that the output must not replace.
  struct Kept {
    let path: String
    /// What it is: `the database`.
    let role: String
  }

  let path: String
  let kept: [Kept]

  /// Throws if the file cannot be written, or if it is one of the kept files by whichever name.
  func check() throws(InvalidInput) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw InvalidInput("'--output_file' names a file, found the folder '\(path)'")
    }
    try refuseKeptFiles()
    if exists, access(path, W_OK) == 0 { return }
    let folder = URL(filePath: FileIdentity.target(of: path)).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard !path.hasSuffix("/"),
      FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      FileManager.default.isWritableFile(atPath: folder)
    else {
      throw InvalidInput("'--output_file' needs a folder that can be written to, found '\(folder)'")
    }
  }

  private func refuseKeptFiles() throws(InvalidInput) {
    let name = URL(filePath: FileIdentity.target(of: path)).lastPathComponent
    if CheckpointFolder.isCheckpoint(name) {
      throw refusal(of: "a checkpoint", named: path)
    }
    let identity = FileIdentity(path)
    for file in kept where FileIdentity(file.path) == identity {
      throw refusal(of: file.role, named: file.path)
    }
  }

  private func refusal(of role: String, named file: String) -> InvalidInput {
    let same = file == path ? "" : ", which is \(role) '\(file)'"
    let found = same.isEmpty ? "\(role) '\(path)'" : "'\(path)'\(same)"
    return InvalidInput(
      "'--output_file' would replace \(found); name another file", isUsage: true)
  }

  /// Writes the text. What the path names is checked once more, since it may have changed.
  func write(_ text: String) throws(InvalidInput) {
    try check()
    do {
      try write(Data(text.utf8))
    } catch {
      let reason =
        systemCode(error) == ENXIO
        ? "nobody reads it; its reader has to be there before the sweep ends" : systemReason(error)
      throw InvalidInput("cannot write '\(path)': \(reason)")
    }
  }

  private func write(_ data: Data) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return try replace(with: data) }
    // A stream of this process, such as /dev/stdout, goes on at its place.
    for stream in [FileHandle.standardOutput, .standardError] {
      var own = stat()
      guard fstat(stream.fileDescriptor, &own) == 0, own.st_dev == status.st_dev,
        own.st_ino == status.st_ino
      else { continue }
      return try stream.write(contentsOf: data)
    }
    if status.st_mode & S_IFMT == S_IFREG { try replace(with: data) } else { try pass(data) }
  }

  /// Replaces a regular file, or writes a new one. If its folder does not allow that, the file itself is
  /// written.
  private func replace(with data: Data) throws {
    let file = URL(filePath: FileIdentity.target(of: path))
    do {
      try exchange(file, with: data)
    } catch {
      guard [EACCES, EPERM, EBUSY, EROFS].contains(systemCode(error)),
        let handle = try? FileHandle(forWritingTo: file)
      else { throw error }
      defer { try? handle.close() }
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: data)
    }
  }

  /// Writes a file beside another one and renames it, with the owner and the permissions of the other.
  private func exchange(_ file: URL, with data: Data) throws {
    let part = file.deletingLastPathComponent()
      .appending(path: ".\(file.lastPathComponent).\(UUID().uuidString)").path
    var old = stat()
    let exists = stat(file.path, &old) == 0
    let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, exists ? 0o600 : 0o666)
    guard descriptor >= 0 else { throw Self.lastError }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      if exists {
        // Only root can give a file away; anyone else owns the new file.
        _ = fchown(descriptor, old.st_uid, old.st_gid)
        _ = fchmod(descriptor, old.st_mode & 0o777)
      }
      try handle.write(contentsOf: data)
      try handle.close()
      guard rename(part, file.path) == 0 else { throw Self.lastError }
    } catch {
      unlink(part)
      throw error
    }
  }

  private static var lastError: POSIXError {
    POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }

  /// Writes to a pipe or a device. Opening a pipe that nobody reads fails instead of waiting.
  private func pass(_ data: Data) throws {
    let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.lastError }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    try handle.write(contentsOf: data)
  }
}

/// Which file a path leads to: the same for a hard link, a symbolic link and another spelling.
private struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64
  /// The name of a file that does not exist, in the folder of the numbers; its path if not even the
  /// folder exists; nil for a file that exists.
  private let name: String?

  init(_ path: String) {
    var status = stat()
    var name: String?
    if stat(path, &status) != 0 {
      let target = URL(filePath: Self.target(of: path)).standardizedFileURL
      let hasFolder = stat(target.deletingLastPathComponent().path, &status) == 0
      name = hasFolder ? target.lastPathComponent : target.path
      if !hasFolder { status = stat() }
    }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
    self.name = name
  }

  /// Returns the path of the file that is written to by this path: the end of its symbolic links, even if
  /// nothing stands there yet.
  static func target(of path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    var path = path
    for _ in 0..<40 {
      guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
        break
      }
      path =
        link.hasPrefix("/")
        ? link : URL(filePath: path).deletingLastPathComponent().appending(path: link).path
    }
    return path
  }
}

extension OutputFile {
  /// The files of a sweep that its output must not replace.
  static func keptFiles(
    database: String, paramsFile: String, configFiles: [String], data: DataConfiguration
  ) -> [Kept] {
    var kept = [Kept(path: paramsFile, role: "the search space")]
    // SQLite keeps the other files beside the file that a link leads to.
    for base in [database, FileIdentity.target(of: database)] {
      for suffix in ["", "-wal", "-shm", "-journal", "-owners"] {
        kept.append(
          Kept(
            path: base + suffix,
            role: suffix.isEmpty ? "the database" : "a file of the database"))
      }
    }
    kept += configFiles.map { Kept(path: $0, role: "the configuration file") }
    let file = Dataset.path(ofDataset: data.dataset, in: data.dataPath)
    return kept + [file, file + ".gz"].map { Kept(path: $0, role: "the data file") }
  }
}
