import Dispatch
import Synchronization
import Trials

/// Carries out an attempt at a decision on the calling thread.
///
/// Several threads call it at once, each with another slot. An error that it throws fails the trial;
/// only a `RunFailure` ends the run.
package typealias TrialWork = @Sendable (Claim, AttemptContext) throws -> AttemptEnd

/// An error that every trial would meet, such as a full disk. The run ends with its cause, and the
/// decision is carried out again by a later run.
package struct RunFailure: Error {
  package let cause: any Error

  package init(_ cause: any Error) {
    self.cause = cause
  }
}

/// The connection of a running attempt to the run around it.
package struct AttemptContext: Sendable {
  /// The slot of the attempt. No two attempts share a slot at a time, so a workspace can be kept for
  /// each slot and used again by the next attempt.
  package let slot: Int
  private let cancellation: @Sendable () -> Bool
  private let reporting: @Sendable (EpochReport) throws -> Void

  package init(
    slot: Int, isCancelled: @escaping @Sendable () -> Bool,
    report: @escaping @Sendable (EpochReport) throws -> Void
  ) {
    self.slot = slot
    cancellation = isCancelled
    reporting = report
  }

  /// True if the attempt is to end soon, as interrupted. It is cheap enough to be asked at every batch.
  package var isCancelled: Bool { cancellation() }

  /// Stores the report of an epoch before it returns.
  ///
  /// The work has to pass on what this throws: a `RunFailure` if the epoch could not be stored, another
  /// error if the epoch differs from the one that an outcome was made from.
  package func report(_ epoch: EpochReport) throws {
    try reporting(epoch)
  }
}

/// Carries out decisions on threads of this process, which Dispatch provides.
///
/// Dispatch runs about as many attempts at a time as the machine has cores, even if the capacity is
/// higher; the next attempt starts when one ends. A busy pool gives no thread to a concurrent queue,
/// so a signal source that cancels the run needs a serial queue.
package final class ThreadExecutor: Executor {
  package let capacity: Int
  private let work: TrialWork
  private let isCancelled = Atomic<Bool>(false)
  private let queue = DispatchQueue(label: "sine-tune.trials", attributes: .concurrent)

  package init(capacity: Int, work: @escaping TrialWork) {
    precondition(capacity > 0, "an executor without a slot does nothing")
    self.capacity = capacity
    self.work = work
  }

  package func start(
    _ claim: Claim, in slot: Int,
    reporting report: @escaping @Sendable (EpochReport) throws -> Void,
    ended: @escaping @Sendable (Result<AttemptEnd, any Error>) -> Void
  ) {
    let context = AttemptContext(
      slot: slot, isCancelled: { [self] in isCancelled.load(ordering: .relaxed) }, report: report)
    queue.async { [work] in ended(Self.attempt(claim, context, work)) }
  }

  package func cancel() {
    isCancelled.store(true, ordering: .relaxed)
  }

  private static func attempt(
    _ claim: Claim, _ context: AttemptContext, _ work: TrialWork
  ) -> Result<AttemptEnd, any Error> {
    if context.isCancelled { return .success(.interrupted) }
    do {
      return .success(try work(claim, context))
    } catch let failure as RunFailure {
      return .failure(failure.cause)
    } catch {
      // An error during cancellation is not the fault of the trial.
      return .success(
        context.isCancelled ? .interrupted : .failed(.crashed, message: "\(error)"))
    }
  }
}
