/// A trial of a search, as far as the visible outcomes show it.
package struct SeenTrial: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// It has no visible outcome.
    case begun
    case paused, complete, failed
  }

  package let trial: Trial
  /// What its last visible outcome says.
  package let state: State
  /// The number of epochs of its last visible outcome; 0 if it has none or has failed.
  package let epochs: Int
  /// The best valid score of these epochs; nil if they have none.
  package let score: Double?
  /// Its last decision, if the outcome of that one is not visible; nil if all are visible.
  package let pending: Decision?
  /// The number of its first decision.
  package let firstDecision: Int

  package var isPending: Bool { pending != nil }
}

extension History {
  /// The trials that a strategy may learn from, in the order of their numbers: those of the space that
  /// have not been withdrawn. Trials that only confirm a result are none of them.
  package var seenTrials: [SeenTrial] {
    (0..<trialCount).compactMap(seenTrial)
  }

  /// Returns a trial as far as outcomes show it; nil if a strategy may not learn from it.
  package func seenTrial(_ number: Int) -> SeenTrial? {
    let decisions = decisions(ofTrial: number)
    guard let first = decisions.first, let last = decisions.last, counts(last) else { return nil }
    let shown = decisions.last { outcome(of: $0).map { $0.kind != .withdrawn } ?? false }
      .flatMap(outcome(of:))
    let state: SeenTrial.State =
      switch shown?.kind {
      case .complete: .complete
      case .paused: .paused
      case .failed: .failed
      case .withdrawn, nil: .begun
      }
    return SeenTrial(
      trial: self.decisions[first].trial, state: state,
      epochs: shown.map { $0.kind == .failed ? 0 : $0.epochs } ?? 0, score: shown?.score,
      pending: outcome(of: last) == nil ? self.decisions[last] : nil, firstDecision: first)
  }
}
