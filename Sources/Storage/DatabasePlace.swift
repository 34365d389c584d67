import Foundation

/// Where a database lies: what its path names once symbolic links are followed, as SQLite follows them.
struct DatabasePlace {
  /// The path as the caller wrote it.
  let path: String
  /// The file itself, which may have another name: SQLite keeps its log beside this one.
  let file: URL
  let exists: Bool

  /// What the names of SQLite's log and of its index end with.
  static let log = "-wal"
  static let index = "-shm"
  /// What the name of the log of a database that nobody has open in WAL mode ends with.
  static let journal = "-journal"

  /// Refuses what can be no file of results.
  init(path: String) throws(StorageError) {
    self.path = path
    // Absolute, so that no name, such as ':memory:', means something special to SQLite.
    let named = URL(filePath: path)
    var status = stat()
    if stat(named.path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw .isFolder(path: path)
      case S_IFREG: break
      case let type: throw .notAFile(path: path, kind: Self.name(ofType: type))
      }
    } else if errno != ENOENT, errno != ENOTDIR {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)).lowercased())
    }
    // A file of that name would be made, or found, without the slash.
    if path.isEmpty || path.hasSuffix("/") { throw .isFolder(path: path) }
    exists = status.st_mode != 0
    file = exists ? named.resolvingSymlinksInPath() : Self.target(of: named)
    if !exists, file != named {
      // Whoever made the link knows which folder it should be; a disk may be missing.
      let folder = file.deletingLastPathComponent().path
      guard FileManager.default.fileExists(atPath: folder) else {
        throw .cannotOpen(
          path: path, reason: "it is a link to '\(file.path)', and there is no such folder")
      }
    }
  }

  func companion(_ suffix: String) -> String { file.path + suffix }

  /// The bytes of a companion; nil if there is none.
  func size(ofCompanion suffix: String) -> UInt64? {
    FileIdentity(path: companion(suffix))?.size
  }

  /// Follows links that lead nowhere, up to the file that is to be made.
  private static func target(of link: URL) -> URL {
    var file = link
    for _ in 0..<40 {
      guard
        let next = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path)
      else { break }
      file = URL(filePath: next, relativeTo: file.deletingLastPathComponent()).absoluteURL
    }
    return file
  }

  private static func name(ofType type: mode_t) -> String {
    switch type {
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no file"
    }
  }
}

/// The first 100 bytes of a database, as far as they tell something without SQLite.
struct DatabaseHeader: Equatable {
  static let count = 100

  private let bytes: [UInt8]

  /// Nil if that are too few bytes, or not those of a database.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.count, bytes.starts(with: "SQLite format 3\0".utf8) else {
      return nil
    }
    self.bytes = bytes
  }

  /// Reads the header of a file that this process has not opened: closing it drops SQLite's locks.
  init?(ofFile path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Self.count) else { return nil }
    self.init([UInt8](data))
  }

  /// Reads the header of a file that is open.
  init?(ofDescriptor descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: Self.count)
    guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return nil }
    self.init(bytes)
  }

  /// True if readers look for a log beside the file. A sweep that has ended takes this mark away, so that
  /// the file is whole by itself.
  var hasLog: Bool { bytes[18] > 1 || bytes[19] > 1 }

  /// In bytes; SQLite writes the largest size as 1.
  var pageSize: Int { bytes[16] == 0 && bytes[17] == 1 ? 65_536 : Int(bytes[16]) << 8 }

  var applicationID: Int { number(at: 68) }

  /// SQLite's `user_version`.
  var format: Int { number(at: 60) }

  /// What never changes while the file is open: the mark, the page size, the modes, the owner.
  var constants: [UInt8] { Array(bytes[0..<24] + bytes[68..<72]) }

  private func number(at offset: Int) -> Int {
    Int(Int32(bitPattern: bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }))
  }
}
