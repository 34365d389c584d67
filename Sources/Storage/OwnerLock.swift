import Foundation

/// A byte of the file `results.db-owners` that a process keeps locked while it works on results.db.
///
/// It is text in the database, `INODE:OFFSET`.
struct LockedByte: Hashable, Sendable {
  /// The number by which the file system knows the file.
  let inode: UInt64
  let offset: Int64
}

extension LockedByte: LosslessStringConvertible {
  var description: String { "\(inode):\(offset)" }

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let inode = UInt64(parts[0]), let offset = Int64(parts[1]), offset >= 0
    else { return nil }
    self.init(inode: inode, offset: offset)
  }
}

/// The lock that tells others, also in other containers, that this process is alive.
///
/// A process locks a byte of the empty file `results.db-owners`, at a random offset. The system frees the
/// byte when the process ends, in whatever way. The lock belongs to the open file, so nothing else that
/// the process does with the file ends it, and no child gets it: the file is closed when a program is
/// started.
///
/// Without such locks, as on some network file systems, there is no object, and processes are told apart
/// by their numbers alone.
final class OwnerLock: Sendable {
  enum State { case held, free, unknown }

  let byte: LockedByte
  private let path: String
  private let descriptor: Int32

  /// How often a process tries again when others open or remove the file at the same time, and the
  /// microseconds between two tries.
  private static let tries = 1_000
  private static let pause: UInt32 = 5_000

  /// The path of the file, which is the same whatever link leads to the database.
  static func path(besides database: URL) -> String {
    database.resolvingSymlinksInPath().path + "-owners"
  }

  /// Takes the lock beside a database that exists; nil if the file system has no such locks.
  init?(besides database: URL) {
    let path = Self.path(besides: database)
    for _ in 0..<Self.tries {
      guard let descriptor = Self.open(path, mode: Self.mode(of: database)) else {
        // Another process has made the file and removed it again between two looks at it.
        guard errno == ENOENT else { return nil }
        usleep(Self.pause)
        continue
      }
      let offset = Int64.random(in: 0..<1 << 62)
      // A shared lock, because it needs no right to write. No other process draws the same offset.
      let isLocked = Self.lock(descriptor, Int32(F_RDLCK), from: offset, count: 1)
      let isBusy = errno == EAGAIN || errno == EACCES
      if isLocked, let inode = Self.inode(of: descriptor), inode == Self.inode(at: path) {
        byte = LockedByte(inode: inode, offset: offset)
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      // Otherwise the last process that was here is removing the file, or has just done it.
      guard isLocked || isBusy else { return nil }
      usleep(Self.pause)
    }
    return nil
  }

  deinit {
    close(descriptor)
  }

  /// Gives the lock back and removes the file, unless another process holds a lock or `isNeeded` returns
  /// true. The lock is of no use afterwards.
  ///
  /// Of processes that end at once, the last one to give its byte back can lock the whole file.
  /// While the whole file is locked no process can take a byte of it. One that has opened it before
  /// notices afterwards that its file has no name any more, and begins again.
  func removeFile(unless isNeeded: () -> Bool) {
    _ = Self.lock(descriptor, Int32(F_UNLCK), from: byte.offset, count: 1)
    guard Self.lock(descriptor, Int32(F_WRLCK), from: 0, count: 0), !isNeeded(),
      Self.inode(at: path) == byte.inode
    else { return }
    unlink(path)
  }

  /// Returns whether a process still holds a byte of the file at a path.
  static func state(of byte: LockedByte, at path: String) -> State {
    #if os(Linux)
      let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return .unknown }
      defer { close(descriptor) }
      guard inode(of: descriptor) == byte.inode else { return .unknown }
      var lock = request(Int32(F_WRLCK), from: byte.offset, count: 1)
      guard fcntl(descriptor, ofdGetLock, &lock) == 0 else { return .unknown }
      return Int32(lock.l_type) == Int32(F_UNLCK) ? .free : .held
    #else
      return .unknown
    #endif
  }

  /// The numbers of `F_OFD_GETLK` and `F_OFD_SETLK`, which Swift does not import.
  private static let ofdGetLock: Int32 = 36
  private static let ofdSetLock: Int32 = 37

  /// Locks bytes without waiting; 0 stands for all bytes from an offset on.
  private static func lock(
    _ descriptor: Int32, _ kind: Int32, from offset: Int64, count: Int64
  ) -> Bool {
    #if os(Linux)
      var lock = request(kind, from: offset, count: count)
      return fcntl(descriptor, ofdSetLock, &lock) == 0
    #else
      errno = ENOTSUP
      return false
    #endif
  }

  private static func request(_ kind: Int32, from offset: Int64, count: Int64) -> flock {
    var lock = flock()
    lock.l_type = Int16(kind)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(offset)
    lock.l_len = off_t(count)
    return lock
  }

  /// Opens the file, which has to be a regular one, and makes it if it is missing.
  private static func open(_ path: String, mode: mode_t) -> Int32? {
    let flags = O_CLOEXEC | O_NONBLOCK
    var descriptor = Foundation.open(path, O_RDWR | flags)
    if descriptor < 0, errno == ENOENT {
      descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | flags, mode)
      // Everybody who may work on the database may lock.
      if descriptor >= 0 { fchmod(descriptor, mode) }
      // Another process may have been faster.
      if descriptor < 0 { descriptor = Foundation.open(path, O_RDWR | flags) }
    }
    if descriptor < 0 { descriptor = Foundation.open(path, O_RDONLY | flags) }
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func mode(of database: URL) -> mode_t {
    var status = stat()
    return stat(database.path, &status) == 0 ? status.st_mode & 0o666 : 0o644
  }

  private static func inode(of descriptor: Int32) -> UInt64? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  private static func inode(at path: String) -> UInt64? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
