import Foundation
import Synchronization

/// The files of a database that is open: whether they are still what SQLite takes them for.
///
/// SQLite would go on with a file that no longer has a name, and with pages in its memory that were cut
/// off in the file. A look takes a few microseconds.
final class OpenFiles: Sendable {
  /// The database, and SQLite's log and index beside it.
  private let files: [FileIdentity]
  private let header: DatabaseHeader
  /// Kept open as long as SQLite has the file open: closing any descriptor of a file drops all locks that
  /// this process holds on it.
  private let descriptor: Int32
  /// The log, on which SQLite holds no locks.
  private let log: Int32
  /// The sizes at the last look.
  private let sizes: Mutex<[UInt64]>
  private let path: String
  private let file: String
  private let isOpen = Atomic(true)

  /// How often this process has databases open, by the paths of their files.
  private static let open = Mutex<[String: Int]>([:])

  /// Whether this process has the database open, and must not open and close the file by itself.
  static func areOpen(_ place: DatabasePlace) -> Bool {
    open.withLock { $0[place.file.path] != nil }
  }

  init(_ place: DatabasePlace) throws(StorageError) {
    path = place.path
    file = place.file.path
    files = [
      // By the name that the user knows, which may be a link that somebody turns elsewhere.
      URL(filePath: path).path, place.companion(DatabasePlace.log),
      place.companion(DatabasePlace.index),
    ].compactMap(FileIdentity.init(path:))
    sizes = Mutex(files.map(\.size))
    descriptor = Foundation.open(file, O_RDONLY | O_CLOEXEC)
    log = Foundation.open(place.companion(DatabasePlace.log), O_RDONLY | O_CLOEXEC)
    guard log >= 0, let header = DatabaseHeader(ofDescriptor: descriptor) else {
      for open in [descriptor, log] where open >= 0 { Foundation.close(open) }
      throw .vanished(path: path)
    }
    self.header = header
    Self.open.withLock { $0[file, default: 0] += 1 }
  }

  deinit {
    close()
    Foundation.close(descriptor)
    Foundation.close(log)
  }

  /// Notes that SQLite has closed the files.
  func close() {
    guard isOpen.exchange(false, ordering: .relaxed) else { return }
    Self.open.withLock { open in
      let count = open[file] ?? 0
      open[file] = count > 1 ? count - 1 : nil
    }
  }

  /// Throws if a file has gone or was overwritten. Returns false if one of them has become smaller, which
  /// other programs may do in order, or somebody may have done to it.
  func look() throws(StorageError) -> Bool {
    var now: [UInt64] = []
    for file in files {
      guard let found = FileIdentity(path: file.path), found.isSameFile(as: file) else {
        let folder = URL(filePath: path).deletingLastPathComponent()
        throw .vanished(path: folder.appending(path: file.name).relativePath)
      }
      now.append(found.size)
    }
    guard DatabaseHeader(ofDescriptor: descriptor)?.constants == header.constants else {
      throw .damaged(
        path: path, reason: "its first bytes were overwritten or cut off while it was in use")
    }
    return sizes.withLock { sizes in
      defer { sizes = now }
      return zip(now, sizes).allSatisfy { $0 >= $1 } && hasFrame(before: sizes[1])
    }
  }

  /// Whether the last frame of a log of this size is there. If the log was cut and then written to behind
  /// the cut, there is a hole in its place.
  private func hasFrame(before size: UInt64) -> Bool {
    let frame = 24 + header.pageSize
    guard size >= 32 + frame else { return true }
    // A frame begins with the number of its page, and pages count from 1.
    var page: UInt32 = 0
    return pread(log, &page, 4, Int(size) - frame) == 4 && page != 0
  }
}
