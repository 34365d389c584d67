/// Decides when a checkpoint is due: at most every few seconds, and so rarely that saving takes at
/// most a hundredth of the time. Short epochs therefore do not become slow.
package struct CheckpointSchedule {
  /// The part of the time that saving may take.
  static let share = 0.01

  private let interval: Duration
  private let now: () -> Duration
  private var last: Duration
  private var cost = Duration.zero

  /// - Parameters:
  ///   - interval: the least time between two checkpoints. If it is zero, every epoch is saved.
  ///   - now: returns the time since any fixed moment.
  package init(interval: Duration = .seconds(5), now: @escaping () -> Duration = Self.clock()) {
    self.interval = interval
    self.now = now
    last = now()
  }

  /// Returns a clock that tells the time since this call.
  package static func clock() -> () -> Duration {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }

  var isDue: Bool {
    guard interval > .zero else { return true }
    return now() - last >= max(interval, cost / Self.share)
  }

  /// Saves a checkpoint, and measures how long that takes.
  mutating func measure(_ save: () throws -> Void) rethrows {
    let start = now()
    try save()
    last = now()
    cost = last - start
  }
}
