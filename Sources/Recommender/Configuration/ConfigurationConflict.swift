import Literals

/// Two values that are good each for itself and impossible together.
struct ConfigurationConflict: Hashable {
  /// The key that most likely has to change.
  let key: String
  let message: String

  /// The conflicts within one configuration whose single values have been checked.
  static func all(
    in values: [String: Literal], layers: ConfigurationLayers
  ) -> [ConfigurationConflict] {
    [
      interests(values), negatives(values), validMetric(values), columns(values, layers),
      fields(values, layers),
    ].compactMap { $0 }
  }

  /// Keys of which a search can make a conflict, beside the numbers of interests and prototypes.
  static let searchableKeys: Set<String> = ["loss_type", "train_neg_sample_args", "val_interval"]

  private static func interests(_ values: [String: Literal]) -> ConfigurationConflict? {
    guard case .integer(let interests)? = values["interest_size"],
      case .integer(let prototypes)? = values["prototype_size"], interests > prototypes
    else { return nil }
    return ConfigurationConflict(
      key: "interest_size",
      message: "'interest_size' is at most 'prototype_size', found \(interests) and \(prototypes)")
  }

  private static func negatives(_ values: [String: Literal]) -> ConfigurationConflict? {
    guard values["loss_type"] == .string("BPR"),
      case .dictionary(let sampling)? = values["train_neg_sample_args"],
      NegativeSampling.isDisabled(sampling["distribution"])
    else { return nil }
    return ConfigurationConflict(
      key: "train_neg_sample_args",
      message: "'loss_type' 'BPR' needs negatives, found 'train_neg_sample_args' None; "
        + "write {'distribution': 'uniform', 'sample_num': 1}")
  }

  private static func validMetric(_ values: [String: Literal]) -> ConfigurationConflict? {
    guard case .string(let text)? = values["valid_metric"], let metric = ValidMetric(text) else {
      return nil
    }
    let kinds = values.metricKinds("metrics")
    let cutoffs = values.integers("topk")
    if !kinds.contains(metric.kind) {
      return ConfigurationConflict(
        key: "valid_metric",
        message: "'valid_metric' '\(text)' is none of the metrics "
          + "\(values["metrics"] ?? .none); add it to 'metrics'")
    }
    guard !cutoffs.contains(metric.k) else { return nil }
    return ConfigurationConflict(
      key: "valid_metric",
      message: "'valid_metric' '\(text)' has none of the cut-offs \(values["topk"] ?? .none); "
        + "add \(metric.k) to 'topk'")
  }

  /// The columns that are loaded hold those that are needed.
  private static func columns(
    _ values: [String: Literal], _ layers: ConfigurationLayers
  ) -> ConfigurationConflict? {
    let unloaded = values.columns("unload_col")
    let loaded = layers.isSet("load_col") ? values.columns("load_col") : nil
    if loaded != nil, unloaded != nil {
      return ConfigurationConflict(
        key: "unload_col", message: "'load_col' and 'unload_col' exclude each other; remove one")
    }
    var needed = ["USER_ID_FIELD", "ITEM_ID_FIELD", "TIME_FIELD"].compactMap(values.text)
    if case .dictionary(let filters)? = values["val_interval"] { needed += filters.keys.sorted() }
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
    _ values: [String: Literal], _ layers: ConfigurationLayers
  ) -> ConfigurationConflict? {
    let keys = ["USER_ID_FIELD", "ITEM_ID_FIELD", "TIME_FIELD"]
    for key in keys where layers.isSet(key) {
      guard let other = keys.first(where: { $0 != key && values[$0] == values[key] }) else {
        continue
      }
      return ConfigurationConflict(
        key: key, message: "'\(key)' and '\(other)' name the same column \(values[key] ?? .none)")
    }
    return nil
  }
}
