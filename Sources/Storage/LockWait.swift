import Foundation
import GRDB
import Synchronization

/// A wait for the lock of a file that another program holds.
package struct LockWait: Sendable {
  /// The path of the database as the caller wrote it.
  package let path: String
  package let duration: Duration
  /// SQLite's index, on which those lock that write in WAL mode, and the database.
  fileprivate let index: String
  fileprivate let file: String

  /// A process that holds the lock.
  package struct Holder: Hashable, Sendable {
    package let pid: Int
    /// The name of its program.
    package let command: String
    /// True if it is stopped, by Ctrl-Z for example, and will not give the lock back by itself.
    package let isStopped: Bool
  }

  /// The processes of this machine that hold the lock, as far as Linux tells; empty elsewhere.
  package var holders: [Holder] {
    guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return [] }
    let pids =
      LockTable(locks).writers(of: index, from: 120, through: 120)
      + LockTable(locks).writers(of: file, from: 0x4000_0000, through: 0x4000_01FF)
    return Set(pids).sorted().compactMap(Holder.init(pid:))
  }
}

extension LockWait.Holder {
  init?(pid: Int) {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else {
      return nil
    }
    func field(_ name: String) -> Substring? {
      text.split(separator: "\n").first { $0.hasPrefix(name + ":\t") }?.dropFirst(name.count + 2)
    }
    guard let command = field("Name"), let state = field("State") else { return nil }
    self.init(
      pid: pid, command: String(command), isStopped: "Tt".contains(state.first ?? " "))
  }
}

/// Linux's `/proc/locks`: a line is `1: POSIX  ADVISORY  WRITE 4711 08:01:131074 120 120`.
struct LockTable {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Returns the processes that hold a lock for writing that touches these bytes of a file.
  func writers(of path: String, from first: Int, through last: Int) -> [Int] {
    guard let file = FileIdentity(path: path) else { return [] }
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      // A line of a process that waits has an arrow behind its number.
      guard fields.count == 8, fields[1] == "POSIX", fields[3] == "WRITE",
        let pid = Int(fields[4]), pid > 0,
        fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == file.number,
        let start = Int(fields[6]), start <= last,
        fields[7] == "EOF" || Int(fields[7]).map({ $0 >= first }) == true
      else { return nil }
      return pid
    }
  }
}

/// How long the connections of a process wait for locks: until they get them, or until they are told to
/// stop.
final class LockPatience: Sendable {
  private struct State {
    var isStopped = false
    /// True once a wait has ended without the lock: none begins any more.
    var hasGivenUp = false
  }

  private let place: DatabasePlace?
  private let notice: @Sendable (LockWait) -> Void
  private let state = Mutex(State())

  /// What a commit of another process may take after this one was told to stop.
  private static let grace = Duration.seconds(1)

  /// - Parameter notice: Called again and again while a connection waits, on its thread.
  init(_ place: DatabasePlace?, notice: @escaping @Sendable (LockWait) -> Void = { _ in }) {
    self.place = place
    self.notice = notice
  }

  /// Ends the waits that last longer than other processes usually need.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Ends all waits.
  func giveUp() { state.withLock { $0 = State(isStopped: true, hasGivenUp: true) } }

  /// The mode of one connection.
  func busyMode() -> Database.BusyMode { .callback(waiter()) }

  /// Does what SQLite refuses at once while others have a lock, again and again until they have none.
  func waiting<T>(_ body: () throws -> T) throws -> T {
    let waits = waiter()
    var tries = 0
    while true {
      do {
        return try body()
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && waits(tries) {
        tries += 1
      }
    }
  }

  /// Returns a function that waits for a moment, and tells whether to try once more. It takes the number of
  /// tries before.
  private func waiter() -> @Sendable (Int) -> Bool {
    let start = Mutex(ContinuousClock.now)
    return { [self] tries in
      let waited = start.withLock { start in
        if tries == 0 { start = .now }
        return start.duration(to: .now)
      }
      let goesOn = state.withLock { state in
        if state.isStopped, waited >= Self.grace { state.hasGivenUp = true }
        return !state.hasGivenUp
      }
      guard goesOn else { return false }
      if let place {
        notice(
          LockWait(
            path: place.path, duration: waited, index: place.companion(DatabasePlace.index),
            file: place.file.path))
      }
      Thread.sleep(forTimeInterval: min(0.001 * Double(1 + tries), 0.05))
      return true
    }
  }
}
