import Literals

/// The metrics, their cut-offs, and the metric that decides.
package struct EvaluationConfiguration: Hashable, Sendable {
  package var metrics: [MetricKind] = [.recall, .mrr, .ndcg, .hit, .precision]
  package var topK = [10]
  package var validMetric = ValidMetric(kind: .mrr, k: 10)
  /// The decimals to which metrics are rounded before they are compared, as in RecBole.
  package var metricDecimalPlace = 4
  package var evalBatchSize = 4096
  package var tailRatio = 0.1

  package init() {}
}

extension ConfigurationKey {
  static let evaluationKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "eval_args", .evaluationArguments, \.data.evaluationArguments,
      "how examples are split: {'split': {'LS': 'valid_and_test'}, 'order': 'TO'}",
      default: .dictionary([
        "split": .dictionary(["LS": .string("valid_and_test")]), "order": .string("TO"),
        "mode": .string("full"),
      ]), isSearchable: false),
    ConfigurationKey(
      "metrics", .list(of: .metric, keepsTuples: true), \.evaluation.metrics,
      "the figures that are measured: "
        + MetricKind.allCases.map(\.rawValue).joined(separator: ", "),
      isSearchable: false),
    ConfigurationKey(
      "topk", .list(of: .integer(1...1_000_000)), \.evaluation.topK, "the cut-offs of the metrics",
      isSearchable: false),
    ConfigurationKey(
      "valid_metric", .validMetric, \.evaluation.validMetric,
      "the figure that decides, such as NDCG@10", isSearchable: false),
    ConfigurationKey(
      "metric_decimal_place", .integer(0...15), \.evaluation.metricDecimalPlace,
      "decimals to which metrics are rounded before they are compared", isSearchable: false),
    ConfigurationKey(
      "eval_batch_size", .integer(1...2_147_483_647), \.evaluation.evalBatchSize,
      "examples that are ranked at a time", isSearchable: false),
    ConfigurationKey(
      "tail_ratio", .positive, \.evaluation.tailRatio, "the rare items of TailPercentage",
      isSearchable: false),
  ]
}
