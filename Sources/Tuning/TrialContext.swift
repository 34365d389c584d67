/// Runs one attempt at a trial.
///
/// It may be called on several threads at once, each with its own `TrialContext.worker`. An error that
/// it throws makes a failed trial, not a failed sweep, unless it is a `SweepFailure`.
package typealias Objective = @Sendable (Trial, TrialContext) throws -> TrialOutcome

/// What an objective throws where no other trial would fare better, such as on a full disk: the
/// sweep ends with the cause, and the trial is to be run again.
package struct SweepFailure: Error {
  package let cause: any Error

  package init(_ cause: any Error) {
    self.cause = cause
  }
}

/// The answer to an epoch's report.
package enum Verdict: Hashable, Sendable {
  case proceed
  /// Train no further: `interrupted` is the outcome where the context is cancelled, else `pruned`.
  case stop
}

/// What a running trial knows of the sweep around it.
package struct TrialContext: Sendable {
  /// The worker loop that runs the trial, below the number of jobs. No two trials that run at the
  /// same time share one, so that a workspace per worker can be used again and again.
  package let worker: Int
  private let cancellation: @Sendable () -> Bool
  private let reporting: @Sendable (EpochReport) throws -> Verdict

  package init(
    worker: Int, isCancelled: @escaping @Sendable () -> Bool,
    report: @escaping @Sendable (EpochReport) throws -> Verdict
  ) {
    self.worker = worker
    cancellation = isCancelled
    reporting = report
  }

  /// True once the sweep winds down; cheap enough to be asked for every batch.
  package var isCancelled: Bool { cancellation() }

  /// Hands over what an epoch showed, and returns once it is stored.
  ///
  /// Throws where it could not be stored. The sweep is over then: the objective passes the error on.
  package func report(_ epoch: EpochReport) throws -> Verdict {
    try reporting(epoch)
  }
}
