import Trials

/// The recorded course of a training, as far as a search sees it.
package struct RecordedCurve: Hashable, Sendable {
  /// The valid scores of all trained epochs; nil for an epoch without a score.
  package let scores: [Double?]
  /// The best score after each epoch, and its epoch; nil before the first score.
  private let best: [Best?]
  package let end: End

  /// What is known of the training after its recorded epochs.
  package enum End: Hashable, Sendable {
    case complete, failed
    /// It was paused and never went on.
    case paused
  }

  private struct Best: Hashable, Sendable {
    let score: Double
    let epoch: Int
  }

  package init(scores: [Double?], direction: Direction, end: End = .complete) {
    self.scores = scores
    self.end = end
    var best: Best?
    self.best = scores.enumerated().map { epoch, score in
      // By RecBole's rule the later one of two equal scores is the best.
      if let score, best.map({ !direction.isBetter($0.score, than: score) }) ?? true {
        best = Best(score: score, epoch: epoch)
      }
      return best
    }
  }

  package var epochs: Int { scores.count }

  /// Returns the best epoch up to a number of epochs; nil if none has a score.
  package func bestEpoch(after epochs: Int) -> Int? {
    epochs > 0 ? best[min(epochs, best.count) - 1]?.epoch : nil
  }

  /// Returns what becomes of a decision, and the scores of the epochs that it trains.
  func outcome(of decision: Decision) -> (outcome: Outcome, scores: [Double?]) {
    if let until = decision.until, until < epochs || (until == epochs && end == .paused) {
      return (outcome(.paused, of: decision, until), Array(scores[decision.from..<until]))
    }
    return (
      outcome(end == .complete ? .complete : .failed, of: decision, epochs),
      Array(scores.dropFirst(decision.from))
    )
  }

  private func outcome(_ kind: Outcome.Kind, of decision: Decision, _ epochs: Int) -> Outcome {
    let best = kind == .failed || epochs == 0 ? nil : best[epochs - 1]
    return Outcome(
      kind: kind, epochs: epochs, bestEpoch: best?.epoch, score: best?.score,
      cost: decision.cost(epochs: epochs))
  }
}
