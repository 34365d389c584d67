import Trials

/// Carries out decisions, for instance by training on threads or by replaying recorded trainings.
///
///     executor.start(claim, in: 0, reporting: { try store.record($0, of: claim) }) { result in … }
package protocol Executor: Sendable {
  /// How many decisions run at a time. Each of them has a slot of its own in 0 ..< `capacity`.
  var capacity: Int { get }

  /// Begins to carry out a decision, and returns at once.
  ///
  /// - Parameters:
  ///   - slot: The caller starts no other decision in this slot until `ended` has been called.
  ///   - report: The executor calls it on any thread after each epoch of the attempt. An error that it
  ///     throws ends the attempt; a `RunFailure` ends the run as well.
  ///   - ended: The executor calls it once, on any thread. A failure ends the run.
  func start(
    _ claim: Claim, in slot: Int,
    reporting report: @escaping @Sendable (EpochReport) throws -> Void,
    ended: @escaping @Sendable (Result<AttemptEnd, any Error>) -> Void)

  /// Asks all running attempts to end soon, as interrupted. Returns at once; any thread may call it.
  func cancel()
}
