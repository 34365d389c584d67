import Foundation

/// State that one thread at a time may touch.
///
/// Not `Synchronization.Mutex`: on Linux that waits in the kernel, where the thread sanitizer does not
/// see that one thread has handed the lock to the next. It sees `NSLock`, a pthread mutex.
///
/// Unchecked because the state is a variable. The invariant: `withLock` alone touches it, and only
/// while it holds the lock.
final class LockedValue<State: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var state: State

  init(_ state: State) {
    self.state = state
  }

  func withLock<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try lock.withLock { try body(&state) }
  }
}
