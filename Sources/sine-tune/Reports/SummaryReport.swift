import Tuning

/// What one training has led to.
struct SummaryReport {
  let summary: TrialSummary
  let metric: String

  var lines: [String] {
    let best = "\(metric) \(Format.score(summary.validScore))"
    return [
      "",
      "best epoch \(summary.bestEpoch) of \(summary.epochs): \(best)",
      "  valid  \(Format.line(summary.validMetrics))",
      "  test   \(Format.line(summary.testMetrics))",
    ]
  }
}

/// An epoch as JSON.
struct EpochJSON: Encodable {
  let epoch: Int
  let trainLoss: Double
  let trainSeconds: Double
  let evaluationSeconds: Double
  let validScore: Double?
  let valid: [String: Double]

  init(_ report: EpochReport) {
    epoch = report.epoch
    trainLoss = report.trainLoss
    trainSeconds = report.trainSeconds
    evaluationSeconds = report.evaluationSeconds
    validScore = report.validScore
    valid = report.validMetrics.json
  }
}

/// The end of a training as JSON.
struct SummaryJSON: Encodable {
  let bestEpoch: Int
  let epochs: Int
  let validScore: Double?
  let valid: [String: Double]
  let test: [String: Double]
  let kernels: String

  init(_ summary: TrialSummary) {
    bestEpoch = summary.bestEpoch
    epochs = summary.epochs
    validScore = summary.validScore
    valid = summary.validMetrics.json
    test = summary.testMetrics.json
    kernels = summary.kernels
  }
}
