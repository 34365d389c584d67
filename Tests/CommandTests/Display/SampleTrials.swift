import Literals
import Trials
import Tuning

/// Decisions and results of a small made-up sweep.
enum Sample {
  static let names = ["learning_rate", "prototype_size", "interest_size"]

  static func decision(
    _ number: Int, rate: Double = 0.001, prototypes: Int = 50, interests: Int = 4
  ) -> Decision {
    let values: [Literal] = [.real(rate), .integer(prototypes), .integer(interests)]
    let point = Point(zip(names, values).map { Point.Entry(name: $0, value: $1) })
    return Decision(number: number, trial: Trial(number: number, point: point, seed: 2020))
  }

  static func report(_ epoch: Int, loss: Double = 351.25, score: Double? = 0.0312) -> EpochReport {
    EpochReport(
      epoch: epoch, trainLoss: loss, trainSeconds: 0.5, evaluationSeconds: 0.1, validScore: score,
      unroundedScore: score, validMetrics: score.map { [Metric(name: "mrr@10", value: $0)] } ?? [])
  }

  static func result(_ score: Double, epoch: Int = 7) -> TrialResult {
    TrialResult(
      bestEpoch: epoch, epochs: epoch + 11, validScore: score, unroundedScore: score,
      validMetrics: [Metric(name: "mrr@10", value: score)],
      testMetrics: [Metric(name: "mrr@10", value: score - 0.001)], kernels: "generic")
  }
}
