import Literals

extension ValueKind where Value == Int? {
  /// RecBole's `train_neg_sample_args`. Only the number of samples can be chosen here.
  static let negativeSampleCount = ValueKind(
    "None or a dictionary such as {'distribution': 'uniform', 'sample_num': 1}",
    read: { literal throws(ValueProblem) in
      if literal == .none { return nil }
      guard case .dictionary(let entries) = literal else {
        let hint = literal == .string("None") ? "; a YAML file writes None as ~" : ""
        throw .otherKind("found \(literal.excerpt)\(hint)")
      }
      return try NegativeSampling.count(in: entries)
    },
    write: { count in
      guard let count else { return .none }
      return .dictionary(["distribution": .string("uniform"), "sample_num": .integer(count)])
    }, resolve: NegativeSampling.resolve)
}

/// The entries of RecBole's `train_neg_sample_args`.
enum NegativeSampling {
  static let defaults: [String: Literal] = [
    "distribution": .string("uniform"), "sample_num": .integer(1), "alpha": .real(1),
    "dynamic": .bool(false), "candidate_num": .integer(0),
  ]

  /// The dictionary into which RecBole turns None.
  private static let disabled: [String: Literal] = [
    "distribution": .string("none"), "sample_num": .string("none"), "alpha": .string("none"),
    "dynamic": .bool(false), "candidate_num": .integer(0),
  ]

  /// Fills in RecBole's defaults for the entries that a dictionary leaves out.
  @Sendable fileprivate static func resolve(_ literal: Literal) -> Literal {
    if literal == .none { return .dictionary(disabled) }
    guard case .dictionary(let entries) = literal else { return literal }
    let merged = defaults.merging(entries) { _, user in user }
    return isDisabled(merged["distribution"]) ? .dictionary(disabled) : .dictionary(merged)
  }

  /// The number of negatives, nil if the distribution is None.
  fileprivate static func count(in entries: [String: Literal]) throws(ValueProblem) -> Int? {
    try entries.refuseEntries(besides: defaults.keys.sorted())
    if let distribution = entries["distribution"] {
      if isDisabled(distribution) { return nil }
      guard distribution == .string("uniform") else {
        throw .rule(
          "with 'distribution' \(distribution) is not supported; write 'uniform' or None")
      }
    }
    for name in ["alpha", "dynamic", "candidate_num"] {
      guard let value = entries[name], let plain = defaults[name] else { continue }
      guard value.canonical == plain.canonical else {
        throw .rule("with '\(name)' \(value) is not supported; leave it \(plain)")
      }
    }
    return try entries["sample_num"].map { count throws(ValueProblem) in
      try ValueKind<Int>.integer(1...1_000_000).read(part: count, named: "sample_num")
    } ?? 1
  }

  private static func isDisabled(_ distribution: Literal?) -> Bool {
    [Literal.none, .string("None"), .string("none")].contains(distribution)
  }
}
