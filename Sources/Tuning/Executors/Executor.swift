import Trials

/// Carries out decisions: by training on threads, by replaying recorded trainings, or on other
/// machines.
///
///     executor.start(claim, in: 0, reporting: { try store.record($0, of: claim) }) { result in … }
package protocol Executor: Sendable {
  /// How many decisions it can carry out at a time. Each has a slot of its own, 0 ..< `capacity`.
  var capacity: Int { get }

  /// Begins to carry out a decision, and returns at once.
  ///
  /// - Parameters:
  ///   - slot: No other decision runs in this slot until `ended` has been called.
  ///   - report: Takes each epoch as it ends. What it throws ends the attempt, and is passed on.
  ///   - ended: Called once, on any thread. A failure means that the whole run cannot go on.
  func start(
    _ claim: Claim, in slot: Int,
    reporting report: @escaping @Sendable (EpochReport) throws -> Void,
    ended: @escaping @Sendable (Result<AttemptEnd, any Error>) -> Void)

  /// Asks for an end as soon as possible: what is running ends as interrupted.
  func cancel()
}
