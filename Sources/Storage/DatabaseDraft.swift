import Foundation

/// A new database under a name of its own, `results.db.new-HOST-PID-START-NUMBER`, until it is given
/// its place. Nobody ever sees half a file, or removes one that others have opened.
struct DatabaseDraft {
  let file: URL
  private let destination: URL

  private static let suffixes = ["", "-wal", "-shm", "-journal"]

  init(for destination: URL, owner: ProcessIdentity) {
    self.destination = destination
    let number = UInt32.random(in: 0...UInt32.max)
    file = URL(
      filePath: "\(destination.path).new-\(owner.host)-\(owner.pid)-\(owner.start ?? "")-\(number)")
  }

  /// Makes the file, empty and with the permissions that the user wants new files to have: SQLite would
  /// let nobody else write, and gives the files beside it the permissions of this one.
  func make() throws(StorageError) { try Self.make(file, for: destination) }

  /// Gives the database its place, unless another process was faster; its file stays then.
  ///
  /// The name of the draft is left to `remove`. On a file system without hard links the place gets an empty
  /// file, which is nobody's loss, and which whoever opens it makes a database in one transaction.
  func publish() throws(StorageError) {
    if link(file.path, destination.path) == 0 || errno == EEXIST { return }
    try Self.make(destination, for: destination)
  }

  /// Makes an empty file, unless there is one.
  private static func make(_ file: URL, for destination: URL) throws(StorageError) {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 {
      close(descriptor)
    } else if errno != EEXIST {
      throw .cannotOpen(
        path: destination.relativePath, reason: String(cString: strerror(errno)).lowercased())
    }
  }

  func remove() {
    for suffix in Self.suffixes { try? FileManager.default.removeItem(atPath: file.path + suffix) }
  }

  /// Removes the drafts of processes of this host that were killed before they could.
  static func removeAbandoned(besides destination: URL, seenFrom viewer: ProcessIdentity) {
    let folder = destination.deletingLastPathComponent()
    let prefix = destination.lastPathComponent + ".new-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let maker = maker(named: name.dropFirst(prefix.count), seenFrom: viewer),
        maker.host == viewer.host, !maker.isRunning(seenFrom: viewer)
      else { continue }
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }

  /// The process that HOST-PID-START-NUMBER stands for; a host's name may hold hyphens itself.
  private static func maker(
    named text: Substring, seenFrom viewer: ProcessIdentity
  ) -> ProcessIdentity? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    // The number may be followed by one of the suffixes.
    let isSuffixed = suffixes.dropFirst().contains { text.hasSuffix($0) }
    let own = isSuffixed ? parts.dropLast() : parts[...]
    guard own.count >= 4, let pid = Int(own[own.endIndex - 3]) else { return nil }
    let start = own[own.endIndex - 2]
    return ProcessIdentity(
      host: own.dropLast(3).joined(separator: "-"), bootID: nil, pidNamespace: viewer.pidNamespace,
      pid: pid, start: start.isEmpty ? nil : String(start))
  }
}
