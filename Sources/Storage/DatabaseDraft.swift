import Foundation

/// A new database under a name of its own, `results.db.new-HOST-BOOT-NAMESPACE-PID-START-NUMBER`, until it
/// is given its place. Nobody ever sees half a file, or removes one that others have opened.
struct DatabaseDraft {
  let file: URL
  private let destination: URL

  private static let suffixes = ["", "-wal", "-shm", "-journal"]

  init(for destination: URL, owner: ProcessIdentity) {
    self.destination = destination
    let parts = [
      owner.host, Self.letters(owner.bootID), Self.letters(owner.pidNamespace), "\(owner.pid)",
      owner.start ?? "", "\(UInt32.random(in: 0...UInt32.max))",
    ]
    file = URL(filePath: "\(destination.path).new-\(parts.joined(separator: "-"))")
  }

  /// The letters and digits of an id.
  private static func letters(_ id: String?) -> String {
    id?.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? ""
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

  /// Removes the drafts of processes that were killed before they could. The draft of a process that
  /// cannot be seen stays.
  static func removeAbandoned(besides destination: URL, seenFrom viewer: Participant) {
    let folder = destination.deletingLastPathComponent()
    let prefix = destination.lastPathComponent + ".new-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let maker = maker(named: name.dropFirst(prefix.count), seenFrom: viewer.identity),
        viewer.life(of: maker) == .gone
      else { continue }
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }

  /// The process that HOST-BOOT-NAMESPACE-PID-START-NUMBER stands for; a host's name may hold hyphens
  /// itself. Nil if it is no such name.
  private static func maker(
    named text: Substring, seenFrom viewer: ProcessIdentity
  ) -> ProcessIdentity? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    // The number may be followed by one of the suffixes.
    let isSuffixed = suffixes.dropFirst().contains { text.hasSuffix($0) }
    let own = isSuffixed ? parts.dropLast() : parts[...]
    let (numbers, host) = (own.suffix(5), own.dropLast(5))
    guard numbers.count == 5, !host.isEmpty, let first = numbers.indices.first,
      let pid = Int(numbers[first + 2])
    else { return nil }
    /// An id that is the viewer's own in letters is the viewer's own; any other one only has to differ.
    func id(_ letters: Substring, own: String?) -> String? {
      if letters == Self.letters(own) { return own }
      return letters.isEmpty ? nil : String(letters)
    }
    let start = numbers[first + 3]
    return ProcessIdentity(
      host: host.joined(separator: "-"), bootID: id(numbers[first], own: viewer.bootID),
      pidNamespace: id(numbers[first + 1], own: viewer.pidNamespace), pid: pid,
      start: start.isEmpty ? nil : String(start))
  }
}
