/// The figures of one epoch of a trial. Epochs count from 0, as RecBole prints them.
package struct EpochReport: Hashable, Sendable, Codable {
  package let epoch: Int
  /// The sum of the batch means of the loss, RecBole's `train loss`.
  package let trainLoss: Double
  /// Wall-clock seconds of the training, without the evaluation.
  package let trainSeconds: Double
  /// Wall-clock seconds of the evaluation.
  package let evaluationSeconds: Double
  /// The valid metric of this epoch, rounded as RecBole rounds it; nil if the epoch was not evaluated.
  package let validScore: Double?
  /// The valid score before rounding, for reports only: no decision uses it.
  package let unroundedScore: Double?
  /// The validation metrics in the order of the configuration; empty if the epoch was not evaluated.
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
  /// Returns whether two reports agree to the bit in epoch, loss, score and metrics. Times and the
  /// unrounded score are not compared.
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
