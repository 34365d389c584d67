import Foundation

/// State that one thread at a time may touch.
///
/// `Synchronization.Mutex` would do the same, but the thread sanitizer cannot follow it: on Linux it
/// waits in a system call. `NSLock` is a pthread mutex, which the sanitizer knows.
///
/// Unchecked because the state is a variable. The invariant: only `withLock` touches the state, and
/// only while it holds the lock.
package final class LockedValue<State: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var state: State

  package init(_ state: State) {
    self.state = state
  }

  package func withLock<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try lock.withLock { try body(&state) }
  }
}
