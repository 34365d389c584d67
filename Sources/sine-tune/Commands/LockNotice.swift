import Reports
import Storage
import Synchronization

/// Tells the user that another program holds the lock of the database, and which one: after a few seconds,
/// and then once a minute.
final class LockNotice: Sendable {
  private struct State {
    var write: @Sendable (String) -> Void = { Console.progress($0) }
    /// When the next line of the wait that goes on is due.
    var next = LockNotice.first
  }

  private static let first = Duration.seconds(5)
  private static let interval = Duration.seconds(60)

  private let state = Mutex(State())

  /// Writes the lines elsewhere from now on, such as above a frame.
  func write(_ write: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.write = write }
  }

  /// Takes in that a connection waits. It is called many times a second.
  func show(_ wait: LockWait) {
    let write = state.withLock { state -> (@Sendable (String) -> Void)? in
      if wait.duration < Self.first { state.next = Self.first }
      guard wait.duration >= state.next else { return nil }
      state.next = wait.duration + Self.interval
      return state.write
    }
    write?(Self.line(wait.path, wait.duration, wait.holders))
  }

  static func line(
    _ path: String, _ duration: Duration, _ holders: [LockWait.Holder]
  ) -> String {
    let names = holders.map { holder in
      "process \(holder.pid) (\(holder.command)\(holder.isStopped ? ", which is stopped" : ""))"
    }
    let holder = names.isEmpty ? "another program" : names.joined(separator: " and ")
    return "waiting for the lock of '\(path)', which \(holder) holds, for \(Format.clock(duration))"
  }
}
