import Literals

extension ConfigurationKey {
  static let trainingKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "seed", .integer(0...4_294_967_295), .integer(2020),
      "seed of initialisation, shuffling and negative sampling"),
    ConfigurationKey("epochs", .integer(1...1_000_000), .integer(300), "most epochs of a trial"),
    ConfigurationKey(
      "train_batch_size", .integer(1...2_147_483_647), .integer(2048), "examples in a batch"),
    ConfigurationKey("learner", .learner, .string("adam"), "optimiser"),
    ConfigurationKey("learning_rate", .positive, .real(0.001), "step size of the optimiser"),
    ConfigurationKey("weight_decay", .nonNegative, .real(0), "L2 penalty of the optimiser"),
    ConfigurationKey(
      "clip_grad_norm", .optional(.gradientClipping), .none,
      "None, or {'max_norm': 5, 'norm_type': 2}: bounds the joint norm of the gradients"),
    ConfigurationKey(
      "train_neg_sample_args", .optional(.negativeSampling), NegativeSampling.defaultValue,
      "None, or {'distribution': 'uniform', 'sample_num': 1}: negatives for each example"),
    ConfigurationKey("shuffle", .bool, .bool(true), "shuffles the examples before each epoch"),
    ConfigurationKey(
      "eval_step", .integer(.min ... .max), .integer(1),
      "epochs between two evaluations; 0 or less for none"),
    ConfigurationKey(
      "stopping_step", .integer(0 ... .max), .integer(10),
      "evaluations without gain before training stops"),
  ]
}

/// RecBole's `train_neg_sample_args`.
enum NegativeSampling {
  static let defaults: [String: Literal] = [
    "distribution": .string("uniform"), "sample_num": .integer(1), "alpha": .real(1),
    "dynamic": .bool(false), "candidate_num": .integer(0),
  ]
  static let defaultValue = Literal.dictionary(defaults)

  /// What RecBole turns None into.
  static let disabled: [String: Literal] = [
    "distribution": .string("none"), "sample_num": .string("none"), "alpha": .string("none"),
    "dynamic": .bool(false), "candidate_num": .integer(0),
  ]

  /// The dictionary with RecBole's defaults for what it does not say; other kinds stay as they are.
  static func resolve(_ value: Literal) -> Literal {
    if value == .none { return .dictionary(disabled) }
    guard case .dictionary(let entries) = value else { return value }
    let merged = defaults.merging(entries) { _, user in user }
    return isDisabled(merged["distribution"]) ? .dictionary(disabled) : .dictionary(merged)
  }

  static func isDisabled(_ distribution: Literal?) -> Bool {
    [Literal.none, .string("None"), .string("none")].contains(distribution)
  }
}

extension ValueKind {
  fileprivate static let learner = ValueKind("the name of an optimiser") { value in
    let names = TrainingConfiguration.Learner.allCases.map(\.rawValue)
    if case .string(let text) = value { return word(names).problem(.string(text.lowercased())) }
    return word(names).problem(value)
  }

  fileprivate static let gradientClipping = ValueKind(
    "a dictionary such as {'max_norm': 5, 'norm_type': 2}"
  ) { value in
    guard case .dictionary(let entries) = value else {
      return "takes None or a dictionary such as {'max_norm': 5, 'norm_type': 2}, found \(value)"
    }
    if let problem = unknownKey(in: entries, known: ["max_norm", "norm_type"]) { return problem }
    guard let maxNorm = entries["max_norm"] else { return "needs 'max_norm', found \(value)" }
    if let problem = positive.problem(maxNorm) { return "with 'max_norm' \(problem)" }
    guard let normType = entries["norm_type"] else { return nil }
    return normType.norm == nil ? "with 'norm_type' takes a number above 0, found \(normType)" : nil
  }

  fileprivate static let negativeSampling = ValueKind(
    "a dictionary such as {'distribution': 'uniform', 'sample_num': 1}"
  ) { value in
    guard case .dictionary(let entries) = value else {
      let hint = value == .string("None") ? "; a YAML file writes None as ~" : ""
      return "takes None or a dictionary such as {'distribution': 'uniform', 'sample_num': 1}, "
        + "found \(value)\(hint)"
    }
    let known = NegativeSampling.defaults.keys.sorted()
    if let problem = unknownKey(in: entries, known: known) { return problem }
    guard let distribution = entries["distribution"] else {
      return sampleCount(in: entries)
    }
    if NegativeSampling.isDisabled(distribution) { return nil }
    guard distribution == .string("uniform") else {
      return "with 'distribution' \(distribution) is not supported; write 'uniform' or None"
    }
    return sampleCount(in: entries)
  }

  private static func sampleCount(in entries: [String: Literal]) -> String? {
    for key in ["alpha", "dynamic", "candidate_num"] {
      guard let value = entries[key], let plain = NegativeSampling.defaults[key] else { continue }
      if value.canonical != plain.canonical {
        return "with '\(key)' \(value) is not supported; leave it \(plain)"
      }
    }
    return entries["sample_num"].flatMap { integer(1...1_000_000).problem($0) }
      .map { "with 'sample_num' \($0)" }
  }

  static func unknownKey(in entries: [String: Literal], known: [String]) -> String? {
    entries.keys.sorted().first { !known.contains($0) }.map { key in
      "has no entry '\(key)'" + Suggestion.phrase(for: key, among: known)
    }
  }
}

extension Literal {
  /// The p of a p-norm: a number above 0, or infinity as a float or as the string that torch takes.
  var norm: Double? {
    if case .string(let text) = self { return text.lowercased() == "inf" ? .infinity : nil }
    return number.flatMap { $0 > 0 ? $0 : nil }
  }
}
