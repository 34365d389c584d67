import Literals

extension ConfigurationKey {
  static let evaluationKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "eval_args", .evaluationArguments,
      .dictionary([
        "split": .dictionary(["LS": .string("valid_and_test")]), "order": .string("TO"),
        "mode": .string("full"),
      ]), "how examples are split: {'split': {'LS': 'valid_and_test'}, 'order': 'TO'}",
      searchable: false),
    ConfigurationKey(
      "metrics", .list(of: .metric),
      .list(["Recall", "MRR", "NDCG", "Hit", "Precision"].map(Literal.string)),
      "the figures that are measured", searchable: false),
    ConfigurationKey(
      "topk", .list(of: .integer(1...1_000_000)), .list([.integer(10)]),
      "the cut-offs of the metrics", searchable: false),
    ConfigurationKey(
      "valid_metric", .validMetric, .string("MRR@10"),
      "the figure that decides, such as NDCG@10", searchable: false),
    ConfigurationKey(
      "metric_decimal_place", .integer(0...15), .integer(4),
      "decimals to which metrics are rounded before they are compared", searchable: false),
    ConfigurationKey(
      "eval_batch_size", .integer(1...2_147_483_647), .integer(4096),
      "examples that are ranked at a time", searchable: false),
    ConfigurationKey(
      "tail_ratio", .positive, .real(0.1), "the rare items of TailPercentage", searchable: false),
  ]
}

/// RecBole's `eval_args`.
enum EvaluationArguments {
  /// What RecBole assumes for entries that a user's own dictionary leaves out.
  private static let defaults: [String: Literal] = [
    "split": .dictionary(["RS": .list([.real(0.8), .real(0.1), .real(0.1)])]),
    "order": .string("RO"), "group_by": .string("user"),
    "mode": .dictionary(["valid": .string("full"), "test": .string("full")]),
  ]

  /// The dictionary with all four entries and a mode for each phase; other kinds stay as they are.
  static func resolve(_ value: Literal) -> Literal {
    guard case .dictionary(let entries) = value else { return value }
    var merged = defaults.merging(entries) { _, user in user }
    switch merged["mode"] {
    case .string(let mode):
      merged["mode"] = .dictionary(["valid": .string(mode), "test": .string(mode)])
    case .dictionary(let modes):
      let general = modes["valid"] ?? modes["test"] ?? .string("full")
      merged["mode"] = .dictionary([
        "valid": modes["valid"] ?? general, "test": modes["test"] ?? general,
      ])
    default: break
    }
    return .dictionary(merged)
  }
}

extension ValueKind {
  fileprivate static let metric = ValueKind("the name of a metric") { value in
    let names = ConfigurationKey.metricNames
    guard case .string(let name) = value else {
      return "takes the name of a metric or a list of such, found \(value)"
    }
    if MetricKind(rawValue: name.lowercased()) != nil { return nil }
    return "has no metric '\(name)', the metrics are \(names.joined(separator: ", "))"
      + Suggestion.phrase(for: name, among: names)
  }

  fileprivate static let validMetric = ValueKind("a metric and a cut-off such as 'MRR@10'") {
    value in
    guard case .string(let text) = value else {
      return "takes a metric and a cut-off such as 'MRR@10', found \(value)"
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let k = Int(parts[1]), k > 0 else {
      return "takes a metric and a cut-off such as 'MRR@10', found \(value)"
    }
    return metric.problem(.string(String(parts[0])))
  }

  fileprivate static let evaluationArguments = ValueKind(
    "a dictionary such as {'split': {'LS': 'valid_and_test'}, 'order': 'TO', 'mode': 'full'}"
  ) { value in
    guard case .dictionary(let written) = value,
      case .dictionary(let entries) = EvaluationArguments.resolve(value)
    else {
      return "takes a dictionary such as "
        + "{'split': {'LS': 'valid_and_test'}, 'order': 'TO', 'mode': 'full'}, found \(value)"
    }
    let known = ["split", "order", "group_by", "mode"]
    if let problem = unknownKey(in: entries, known: known) { return problem }
    guard entries["order"] == .string("TO") else {
      return written["order"].map {
        "needs 'order': 'TO' for a sequential model, found \($0)"
      } ?? "needs 'order': 'TO': a dictionary of your own replaces the default one, "
        + "and RecBole then orders at random"
    }
    let groups: [Literal] = [.string("user"), .none, .string("none"), .string("None")]
    if let group = entries["group_by"], !groups.contains(group) {
      return "takes 'user' or None as 'group_by', found \(group)"
    }
    if let mode = entries["mode"],
      mode != .dictionary(["valid": .string("full"), "test": .string("full")])
    {
      return "ranks all items, so that 'mode' must be 'full', found \(written["mode"] ?? mode)"
    }
    return splitProblem(entries["split"] ?? .none)
  }

  private static func splitProblem(_ split: Literal) -> String? {
    guard case .dictionary(let entries) = split, let entry = entries.first, entries.count == 1
    else {
      return "takes one entry 'LS' or 'RS' as 'split', found \(split)"
    }
    switch entry.key {
    case "LS":
      return word(["valid_and_test", "valid_only", "test_only"]).problem(entry.value)
        .map { "with 'LS' \($0)" }
    case "RS":
      let ratios = entry.value.elements?.compactMap(\.number) ?? []
      let sum = ratios.reduce(0, +)
      guard ratios.count == 3, entry.value.elements?.count == 3, ratios[0] > 0, sum.isFinite,
        ratios.allSatisfy({ $0 >= 0 })
      else {
        return "with 'RS' takes the three ratios of train, valid and test, found \(entry.value)"
      }
      return nil
    default:
      return "takes 'LS' or 'RS' as 'split', found '\(entry.key)'"
    }
  }
}

extension ConfigurationKey {
  /// RecBole's spellings of the metrics.
  static let metricNames = [
    "Recall", "MRR", "NDCG", "Hit", "Precision", "MAP", "ItemCoverage", "AveragePopularity",
    "ShannonEntropy", "GiniIndex", "TailPercentage",
  ]
}

extension ValidMetric {
  /// Reads RecBole's form, `MRR@10` in any case; nil where the name or the cut-off is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = MetricKind(rawValue: parts[0].lowercased()),
      let k = Int(parts[1]), k > 0
    else { return nil }
    self.init(kind: kind, k: k)
  }
}
