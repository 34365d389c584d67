import Foundation
import Synchronization

/// A terminal of a given size that records what is written to it.
package final class PseudoTerminal: Sendable {
  package struct Unavailable: Error {}

  /// The side of the terminal that a command writes to.
  package let standardError: FileHandle
  private let received = Mutex(Data())
  private let done = DispatchGroup()

  package init(columns: Int, rows: Int) throws {
    var master: Int32 = -1
    var slave: Int32 = -1
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw Unavailable() }
    // Children of other tests must not hold the terminal open.
    for side in [master, slave] { _ = fcntl(side, F_SETFD, FD_CLOEXEC) }
    let reader = master
    standardError = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    DispatchQueue.global().async(group: done) { [self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      // Reading fails when no process holds the other side open any more.
      while true {
        let count = read(reader, &buffer, buffer.count)
        guard count > 0 else { break }
        received.withLock { $0.append(contentsOf: buffer[..<count]) }
      }
      close(reader)
    }
  }

  /// Gives the terminal another size, as a user does who drags its window.
  package func resize(columns: Int, rows: Int) {
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    _ = ioctl(standardError.fileDescriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Everything that was written so far.
  package var recordingSoFar: String {
    String(decoding: received.withLock { $0 }, as: UTF8.self)
  }

  /// Returns everything that was written, after all writers have closed the terminal.
  package func recording() -> String {
    try? standardError.close()
    done.wait()
    return String(decoding: received.withLock { $0 }, as: UTF8.self)
  }
}
