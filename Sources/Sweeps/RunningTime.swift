import Dispatch
import Foundation
import Synchronization

/// Adds up the time in which this process could run, from ticks that come every tenth of a second.
///
/// Between two ticks that are far apart the process was stopped: by Ctrl-Z, a frozen container or a closed
/// lid. Such a gap counts as a second at most.
package struct RunningTime: Sendable {
  static let interval = Duration.milliseconds(100)
  private static let mostGap = Duration.seconds(1)

  /// The time since the first tick.
  package private(set) var total = Duration.zero
  private var last: ContinuousClock.Instant?

  package init() {}

  package mutating func tick(at now: ContinuousClock.Instant) {
    if let last { total += min(max(now - last, .zero), Self.mostGap) }
    last = now
  }
}

/// A clock that shows the time in which this process could run. It ticks as long as it exists.
final class RunningClock: Sendable {
  private let time = Mutex(RunningTime())
  private let queue = DispatchQueue(label: "sine-tune.clock")

  init() {
    tick()
  }

  var now: Duration {
    time.withLock { time in
      time.tick(at: .now)
      return time.total
    }
  }

  private func tick() {
    _ = now
    queue.asyncAfter(deadline: .now() + RunningTime.interval / .seconds(1)) { [weak self] in
      self?.tick()
    }
  }
}
