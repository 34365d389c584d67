import Literals

/// Two values that cannot be used together, although each of them is valid.
struct ConfigurationConflict: Hashable {
  /// The key that most likely has to change.
  let key: String
  let message: String

  /// Finds the conflicts within a configuration whose single values have been checked.
  ///
  /// - Parameter values: the same configuration in RecBole's values, which the messages quote.
  static func all(
    in configuration: Configuration, values: [String: Literal], layers: ConfigurationLayers
  ) -> [ConfigurationConflict] {
    [
      interests(configuration.model), negatives(configuration),
      validMetric(configuration.evaluation, values), columns(configuration.data),
      fields(configuration.data, layers),
    ].compactMap { $0 }
  }

  /// The searched keys that can cause a conflict, besides the numbers of interests and prototypes.
  static let searchableKeys: Set<String> = ["loss_type", "train_neg_sample_args", "val_interval"]

  private static func interests(_ model: ModelConfiguration) -> ConfigurationConflict? {
    guard model.interestSize > model.prototypeSize else { return nil }
    return ConfigurationConflict(
      key: "interest_size",
      message: "'interest_size' is at most 'prototype_size', "
        + "found \(model.interestSize) and \(model.prototypeSize)")
  }

  private static func negatives(_ configuration: Configuration) -> ConfigurationConflict? {
    guard configuration.model.lossType == .bpr, configuration.training.negativeSampleCount == nil
    else { return nil }
    return ConfigurationConflict(
      key: "train_neg_sample_args",
      message: "'loss_type' 'BPR' needs negatives, found 'train_neg_sample_args' None; "
        + "write {'distribution': 'uniform', 'sample_num': 1}")
  }

  private static func validMetric(
    _ evaluation: EvaluationConfiguration, _ values: [String: Literal]
  ) -> ConfigurationConflict? {
    func quoted(_ name: String) -> Literal { values[name] ?? .none }
    let metric = evaluation.validMetric
    if !evaluation.metrics.contains(metric.kind) {
      return ConfigurationConflict(
        key: "valid_metric",
        message: "'valid_metric' \(quoted("valid_metric")) is none of the metrics "
          + "\(quoted("metrics")); add it to 'metrics'")
    }
    guard !evaluation.topK.contains(metric.k) else { return nil }
    return ConfigurationConflict(
      key: "valid_metric",
      message: "'valid_metric' \(quoted("valid_metric")) has none of the cut-offs "
        + "\(quoted("topk")); add \(metric.k) to 'topk'")
  }

  /// Finds a needed column that is not loaded.
  private static func columns(_ data: DataConfiguration) -> ConfigurationConflict? {
    let (loaded, unloaded) = (data.loadedColumns, data.unloadedColumns)
    if loaded != nil, unloaded != nil {
      return ConfigurationConflict(
        key: "unload_col", message: "'load_col' and 'unload_col' exclude each other; remove one")
    }
    let needed =
      [data.userField, data.itemField, data.timeField] + data.valueFilters.keys.sorted()
    if let loaded, let missing = needed.first(where: { !loaded.contains($0) }) {
      return ConfigurationConflict(
        key: "load_col",
        message: "'load_col' lacks the column '\(missing)', which is needed; add it")
    }
    if let unloaded, let missing = needed.first(where: unloaded.contains) {
      return ConfigurationConflict(
        key: "unload_col",
        message: "'unload_col' has the column '\(missing)', which is needed; remove it")
    }
    return nil
  }

  private static func fields(
    _ data: DataConfiguration, _ layers: ConfigurationLayers
  ) -> ConfigurationConflict? {
    let fields = [
      (key: "USER_ID_FIELD", column: data.userField),
      (key: "ITEM_ID_FIELD", column: data.itemField),
      (key: "TIME_FIELD", column: data.timeField),
    ]
    for (key, column) in fields where layers.isSet(key) {
      guard let other = fields.first(where: { $0.key != key && $0.column == column }) else {
        continue
      }
      return ConfigurationConflict(
        key: key,
        message: "'\(key)' and '\(other.key)' name the same column \(Literal.string(column))")
    }
    return nil
  }
}
