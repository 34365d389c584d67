import Dispatch
import Foundation
import Synchronization
import Tuning

/// The way to end a sweep from outside, which may take one scheduler after the other.
final class SweepControl: Sendable {
  private struct State {
    var isCancelled = false
    var hasTimedOut = false
    var scheduler: Scheduler?
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "sine-tune.deadline")

  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  /// True where the deadline ended the sweep.
  var hasTimedOut: Bool { state.withLock { $0.hasTimedOut } }

  func cancel() {
    let scheduler = state.withLock { state in
      state.isCancelled = true
      return state.scheduler
    }
    scheduler?.cancel()
  }

  /// Cancels after a time; `note` is told when that happens.
  func cancel(after time: Duration, note: @escaping @Sendable () -> Void) {
    queue.asyncAfter(deadline: .now() + time / .seconds(1)) { [weak self] in
      guard let self, !isCancelled else { return }
      state.withLock { $0.hasTimedOut = true }
      note()
      cancel()
    }
  }

  func run(_ scheduler: Scheduler) throws -> SweepEnd {
    let isCancelled = state.withLock { state in
      state.scheduler = scheduler
      return state.isCancelled
    }
    if isCancelled { scheduler.cancel() }
    return try scheduler.run()
  }
}
