import Dispatch
import Synchronization
import Trials

/// Carries out an attempt at a decision on the calling thread.
///
/// Several threads call it at once, each with another slot. What it throws makes a failed trial, not
/// a failed run, unless it is a `RunFailure`.
package typealias TrialWork = @Sendable (Claim, AttemptContext) throws -> AttemptEnd

/// What the work of a trial throws if no other trial would fare better, such as on a full disk: the
/// run ends with the cause, and the decision is to be carried out again.
package struct RunFailure: Error {
  package let cause: any Error

  package init(_ cause: any Error) {
    self.cause = cause
  }
}

/// What a running trial knows of the run around it.
package struct AttemptContext: Sendable {
  /// No two attempts that run at the same time share a slot, so that a workspace can be kept for
  /// each slot and used again and again.
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

  /// True once the run winds down; cheap enough to be asked for every batch.
  package var isCancelled: Bool { cancellation() }

  /// Hands over what an epoch showed, and returns once it is stored.
  ///
  /// Throws a `RunFailure` if the epoch could not be stored; the work passes the error on.
  package func report(_ epoch: EpochReport) throws {
    try reporting(epoch)
  }
}

/// Carries out decisions on threads of this process, by Dispatch.
///
/// Dispatch starts about as many threads at a time as the machine has cores; further attempts follow
/// when one ends. A busy pool has no thread to spare for a concurrent queue, so a signal source that
/// cancels belongs on a serial one.
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
      // What is thrown while the run winds down is nothing that the trial did wrong.
      return .success(
        context.isCancelled ? .interrupted : .failed(.crashed, message: "\(error)"))
    }
  }
}
