import Foundation

/// A file as the system knows it, whatever its name.
struct FileIdentity: Hashable, Sendable {
  private let path: String
  private let device: UInt64
  private let number: UInt64

  /// Nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// The last component of the path.
  var name: String { URL(filePath: path).lastPathComponent }

  /// False if the path has gone or names another file now.
  var isStillThere: Bool { FileIdentity(path: path) == self }
}
