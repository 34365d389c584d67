import Foundation

/// Why a checkpoint cannot be used or written.
package enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are not a whole checkpoint of this version.
  case damaged(String)
  /// The file was written in another format.
  case otherVersion(UInt32)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)

  package var description: String {
    switch self {
    case .damaged(let reason): "the checkpoint is damaged: \(reason)"
    case .otherVersion(let found):
      "the checkpoint has format \(found), which another version of the program wrote"
    case .unreadable(let path, let reason): "cannot read the checkpoint '\(path)': \(reason)"
    case .unwritable(let path, let reason):
      "cannot write the checkpoint '\(path)': \(reason); make room and repeat the command"
    }
  }
}

/// The file of one training's checkpoint. The file is complete, or it does not exist.
package struct CheckpointFile: Hashable, Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// The suffix of the name under which a checkpoint is written before it replaces the last one.
  package static let suffixWhileWritten = ".part"

  /// Returns the checkpoint, or nil if there is no file.
  package func read() throws(CheckpointError) -> Checkpoint? {
    // The file is mapped, so that memory holds its numbers only once. Nobody writes to the file,
    // because the next checkpoint is another file that takes over the name.
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw .unreadable(path: path, reason: (error as NSError).localizedDescription)
    }
    return try Checkpoint(decoding: data)
  }

  /// Replaces the last checkpoint. When this returns, the new checkpoint survives a power cut.
  package func write(_ checkpoint: Checkpoint) throws(CheckpointError) {
    let folder = URL(filePath: path).deletingLastPathComponent()
    let part = path + Self.suffixWhileWritten
    guard write(checkpoint.pieces, to: part, in: folder), rename(part, path) == 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      unlink(part)
      throw .unwritable(path: path, reason: reason)
    }
    synchronize(folder: folder.path)
  }

  /// Removes the checkpoint, and the part of the next checkpoint that a dead process left.
  package func remove() {
    unlink(path)
    removePart()
  }

  /// Removes the part of a checkpoint that a dead process left.
  package func removePart() {
    unlink(path + Self.suffixWhileWritten)
  }

  /// Writes and flushes a file. If that fails, `errno` tells why.
  private func write(_ pieces: [CheckpointPiece], to path: String, in folder: URL) -> Bool {
    let file = create(path, in: folder)
    guard file >= 0 else { return false }
    let isWritten =
      pieces.allSatisfy { $0.withBytes { write($0, to: file) } } && fsync(file) == 0
    let reason = errno
    close(file)
    errno = reason
    return isWritten
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Foundation.write(
        file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Opens a new file, and makes the folder if there is none.
  ///
  /// Another process of the sweep removes the folder when it is empty, and may do so between the two
  /// calls here. The folder stays as soon as the file is in it. All attempts at a folder that cannot
  /// be made take less than a second.
  private func create(_ path: String, in folder: URL) -> Int32 {
    var file: Int32 = -1
    for _ in 0..<10_000 {
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      if file >= 0 || errno != ENOENT { break }
    }
    return file
  }

  /// Makes a rename in a folder survive a power cut, if the file system can do that.
  private func synchronize(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
