import Dispatch
import Trials

/// A recorded training: its epochs and its end.
package struct RecordedTraining: Hashable, Sendable {
  package let epochs: [EpochReport]
  /// How the training ended after these epochs, `complete` or `failed`; nil if it was paused after them
  /// and never went on.
  package let end: AttemptEnd?

  package init(epochs: [EpochReport], end: AttemptEnd?) {
    self.epochs = epochs
    self.end = end
  }

  /// Returns the epochs of a decision that trains until `until`, from the first epoch on, and how its
  /// attempt ends.
  func part(until: Int?, direction: Direction) -> (epochs: ArraySlice<EpochReport>, end: AttemptEnd)
  {
    if let until, until < epochs.count || (until == epochs.count && end == nil) {
      let trained = epochs[..<until]
      let kernels = if case .complete(let result) = end { result.kernels } else { "" }
      return (trained, .paused(Self.result(of: trained, direction, kernels: kernels)))
    }
    return (epochs[...], end ?? .failed(.invalidConfig, message: "it was not recorded to its end"))
  }

  /// Returns the result of a training that paused after these epochs. By RecBole's rule the later one
  /// of two equal scores is the best.
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

/// Replays recorded trainings instead of training, so that the same tuner makes its decisions from
/// recorded outcomes.
package final class ReplayExecutor: Executor {
  package let capacity: Int
  private let direction: Direction
  private let recording: @Sendable (Trial) -> RecordedTraining?
  private let queue = DispatchQueue(label: "sine-tune.replay")

  /// - Parameters:
  ///   - direction: Which scores are better, to find the best epoch of a paused training.
  ///   - recording: Returns the training of a trial; nil if there is no record of it.
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

  /// Does nothing: no replay takes long enough to be cancelled.
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
