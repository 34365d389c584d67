/// What one epoch showed; epochs count from 0, as RecBole prints them.
package struct EpochResult: Hashable, Sendable {
  package let epoch: Int
  /// The sum over batches of the mean loss, RecBole's `train loss`.
  package let trainLoss: Double
  package let trainSeconds: Double
  package let evaluationSeconds: Double
  /// The valid metric; nil where the epoch was not evaluated.
  package let validScore: Double?
  package let validMetrics: [MetricValue]
}

/// What a whole training leaves: the figures of the best epoch, by the valid metric.
package struct TrainingResult: Hashable, Sendable {
  package let bestEpoch: Int
  /// Epochs trained.
  package let epochs: Int
  package let validScore: Double?
  package let validMetrics: [MetricValue]
  package let testMetrics: [MetricValue]
}

/// Why a training has no result.
package enum TrainingError: Error, Hashable, CustomStringConvertible {
  /// The loss of a batch was NaN or infinite.
  case diverged(epoch: Int, batch: Int)
  case cancelled

  package var description: String {
    switch self {
    case .diverged(let epoch, let batch):
      "the training loss is no finite number in epoch \(epoch), batch \(batch)"
    case .cancelled:
      "the training was cancelled"
    }
  }
}
