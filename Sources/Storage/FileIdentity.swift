import Foundation

/// A file as the system knows it, whatever its name.
struct FileIdentity: Hashable, Sendable {
  let path: String
  private let device: UInt64
  let number: UInt64
  /// The bytes that it had when it was looked at.
  let size: UInt64
  /// When it was written to last, in nanoseconds.
  let modified: Int

  /// Nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
    size = UInt64(truncatingIfNeeded: status.st_size)
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    modified = Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }

  /// The last component of the path.
  var name: String { URL(filePath: path).lastPathComponent }

  func isSameFile(as other: FileIdentity) -> Bool {
    device == other.device && number == other.number
  }
}
