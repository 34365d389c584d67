/// What one epoch of a trial showed. Epochs count from 0, as RecBole prints them.
package struct EpochReport: Hashable, Sendable, Codable {
  package let epoch: Int
  /// The sum of the batch means of the loss, RecBole's `train loss`.
  package let trainLoss: Double
  /// Wall-clock seconds of the training part and of the evaluation.
  package let trainSeconds: Double
  package let evaluationSeconds: Double
  /// The valid metric of this epoch, rounded as RecBole rounds it; nil if the epoch was not evaluated.
  package let validScore: Double?
  /// The same figure before rounding. It decides nothing.
  package let unroundedScore: Double?
  /// In the order of the configuration; empty if the epoch was not evaluated.
  package let validMetrics: [Metric]

  package init(
    epoch: Int, trainLoss: Double, trainSeconds: Double, evaluationSeconds: Double,
    validScore: Double?, unroundedScore: Double?, validMetrics: [Metric]
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.trainSeconds = trainSeconds
    self.evaluationSeconds = evaluationSeconds
    self.validScore = validScore
    self.unroundedScore = unroundedScore
    self.validMetrics = validMetrics
  }
}

extension EpochReport {
  /// True if another report has the same figures to the bit. Times are no figures.
  package func hasSameFigures(as other: EpochReport) -> Bool {
    epoch == other.epoch && Self.isSame(trainLoss, other.trainLoss)
      && Self.isSame(validScore, other.validScore)
      && validMetrics.map(\.name) == other.validMetrics.map(\.name)
      && zip(validMetrics, other.validMetrics).allSatisfy { Self.isSame($0.value, $1.value) }
  }

  /// NaN has many bit patterns and a database none, so that any two are the same. A database does not
  /// tell −0 from 0 either; otherwise equal numbers have equal bits.
  private static func isSame(_ a: Double?, _ b: Double?) -> Bool {
    (a ?? .nan).isNaN ? (b ?? .nan).isNaN : a == b
  }
}
