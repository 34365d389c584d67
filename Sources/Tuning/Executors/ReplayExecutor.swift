import Dispatch
import Trials

/// A training as it was recorded: its epochs, and what it led to.
package struct RecordedTraining: Hashable, Sendable {
  package let epochs: [EpochReport]
  /// `complete` or `failed`; nil if the training was paused after these epochs and never went on.
  package let end: AttemptEnd?

  package init(epochs: [EpochReport], end: AttemptEnd?) {
    self.epochs = epochs
    self.end = end
  }

  /// The epochs up to the one after which a decision pauses, and what it comes to there.
  func part(until: Int?, direction: Direction) -> (epochs: ArraySlice<EpochReport>, end: AttemptEnd)
  {
    if let until, until < epochs.count || (until == epochs.count && end == nil) {
      let trained = epochs[..<until]
      let kernels = if case .complete(let result) = end { result.kernels } else { "" }
      return (trained, .paused(Self.result(of: trained, direction, kernels: kernels)))
    }
    return (epochs[...], end ?? .failed(.invalidConfig, message: "it was not recorded to its end"))
  }

  /// The best epoch so far by RecBole's rule: of equal scores the later one.
  private static func result(
    of epochs: ArraySlice<EpochReport>, _ direction: Direction, kernels: String
  ) -> TrialResult {
    var best: EpochReport?
    for epoch in epochs {
      guard let score = epoch.validScore, !score.isNaN else { continue }
      if let known = best?.validScore, direction.isBetter(known, than: score) { continue }
      best = epoch
    }
    return TrialResult(
      bestEpoch: best?.epoch ?? epochs.count - 1, epochs: epochs.count,
      validScore: best?.validScore, unroundedScore: best?.unroundedScore,
      validMetrics: best?.validMetrics ?? [], testMetrics: [], kernels: kernels)
  }
}

/// Plays recorded trainings back instead of training: the same tuner and the same rule meet outcomes
/// that are known already.
package final class ReplayExecutor: Executor {
  package let capacity: Int
  private let direction: Direction
  private let recording: @Sendable (Trial) -> RecordedTraining?
  private let queue = DispatchQueue(label: "sine-tune.replay")

  /// - Parameter recording: The training of a trial; nil if there is no record of it.
  package init(
    capacity: Int, direction: Direction,
    recording: @escaping @Sendable (Trial) -> RecordedTraining?
  ) {
    self.capacity = capacity
    self.direction = direction
    self.recording = recording
  }

  package func start(
    _ claim: Claim, in slot: Int,
    reporting report: @escaping @Sendable (EpochReport) throws -> Void,
    ended: @escaping @Sendable (Result<AttemptEnd, any Error>) -> Void
  ) {
    queue.async { [self] in ended(Result { try replay(claim, report) }) }
  }

  /// Nothing runs long enough to be cancelled.
  package func cancel() {}

  private func replay(
    _ claim: Claim, _ report: (EpochReport) throws -> Void
  ) throws -> AttemptEnd {
    guard let recorded = recording(claim.trial) else {
      return .failed(.invalidConfig, message: "there is no recording of this trial")
    }
    let (epochs, end) = recorded.part(until: claim.decision.until, direction: direction)
    for epoch in epochs.dropFirst(claim.decision.from) { try report(epoch) }
    return end
  }
}
