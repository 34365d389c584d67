import Literals

/// Collects the errors in a configuration and in a search over the configuration.
struct ConfigurationCheck {
  let layers: ConfigurationLayers
  private(set) var errors = DiagnosticList(limit: 50)

  init(layers: ConfigurationLayers) {
    self.layers = layers
  }

  /// Checks every key that a file or the command line sets.
  mutating func checkFixedValues() {
    for entry in layers.fileEntries {
      guard let key = ConfigurationKey.named(entry.name) else {
        reportUnknown(entry.name, at: entry.location)
        continue
      }
      if let problem = key.problem(entry.value) {
        report("'\(key.name)' \(problem)", at: entry.location)
      }
    }
    for name in layers.overriddenNames {
      guard let value = layers.override(name) else { continue }
      if let message = ConfigurationKey.validate(name: name, value: value, label: "--\(name)") {
        errors.append(Diagnostic(.error, message, isUsage: true))
      }
    }
  }

  /// Checks the names and the single values of a search.
  mutating func checkSearch(_ parameters: [SearchedParameter]) {
    for parameter in parameters {
      if layers.override(parameter.name) != nil {
        report(
          "'\(parameter.name)' is searched here and fixed by '--\(parameter.name)' on the command "
            + "line; remove one of them", at: parameter.location)
      }
      guard let key = ConfigurationKey.named(parameter.name) else {
        reportUnknown(parameter.name, at: parameter.location)
        continue
      }
      guard key.isSearchable else {
        let reason =
          key.role == .withoutEffect
          ? "has no effect here" : "is the same for all trials of a sweep"
        report("'\(key.name)' \(reason), so it cannot be searched", at: parameter.location)
        continue
      }
      checkCandidates(of: parameter, key: key)
    }
  }

  private mutating func checkCandidates(of parameter: SearchedParameter, key: ConfigurationKey) {
    if parameter.isContinuous, !key.isContinuous {
      report(
        "'\(key.name)' takes \(key.takes), found an interval of reals; use 'choice' or 'quniform'",
        at: parameter.location)
      return
    }
    // Equal meanings are equal trials, however they are written: {'max_norm': 5} and {'max_norm': 5.0}.
    var meanings: [Literal: LocatedLiteral] = [:]
    for candidate in parameter.candidates {
      if let problem = Self.problem(of: candidate.value, key) {
        report(
          "'\(key.name)' "
            + (parameter.interval.map { $0.explain(candidate.value, key) } ?? problem),
          at: candidate.location)
        // The values of an interval share one place, and one message is enough.
        if parameter.interval != nil { return }
        continue
      }
      guard parameter.interval == nil else { continue }
      let meaning = key.meaning(of: ConfigurationLayers.configured(candidate.value, for: key.name))
      if let first = meanings[meaning] {
        report(
          "'\(key.name)' takes \(candidate.value.excerpt) for \(first.value.excerpt), which is "
            + "given in column \(first.location.column): every trial would be run twice",
          at: candidate.location)
      } else {
        meanings[meaning] = candidate
      }
    }
  }

  /// Returns what is wrong with a searched value, as the end of "'epochs' …"; nil if it can be used.
  ///
  /// The type of the key decides, as in a configuration file: a quoted number is no number. Only lists and
  /// dictionaries may be quoted, as RecBole's own examples do.
  private static func problem(of value: Literal, _ key: ConfigurationKey) -> String? {
    guard let problem = key.problem(value) else { return nil }
    guard case .string(let text) = value else { return problem }
    let read = CommandLineOverrides.read(text)
    if read.elements != nil { return key.problem(read) }
    switch read {
    case .dictionary: return key.problem(read)
    case .string: return problem
    default:
      return key.problem(read) == nil
        ? "takes \(key.takes), found \(value.excerpt); write \(read.excerpt) without quotes"
        : problem
    }
  }

  /// Reports a name that is no key. The nearest key is looked for only if the error is shown.
  private mutating func reportUnknown(_ name: String, at location: SourceLocation) {
    errors.append(
      Diagnostic(
        .error, at: location,
        ConfigurationKey.validate(name: name, value: .none) ?? "unknown parameter '\(name)'"))
  }

  private mutating func report(_ message: String, at location: SourceLocation?) {
    errors.append(Diagnostic(.error, at: location, message))
  }
}

extension SearchedParameter.Interval {
  /// Explains why a value of the interval cannot be used, as the end of "'learning_rate' …".
  fileprivate func explain(_ value: Literal, _ key: ConfigurationKey) -> String {
    let part = isContinuous ? "the bound" : "the value"
    let instead = restricted { key.problem($0) == nil }
    return "takes \(key.takes), which excludes \(part) \(value) of '\(text)'"
      + (instead.map { "; write '\($0)'" } ?? "")
  }
}

// MARK: - Cells

extension ConfigurationCheck {
  /// The most combinations that are checked before a sweep. Every trial is checked again.
  private static let maximumCombinations = 10_000

  /// Checks that every cell of the search can be run. Single values cannot show that.
  mutating func checkCells(_ parameters: [SearchedParameter]) {
    checkInterests(parameters)
    let sizesAreSearched = parameters.contains { Self.sizes.contains($0.name) }
    var seen: Set<ConfigurationConflict> = []
    for cell in cells(parameters) {
      let values = layers.values(with: cell)
      let conflicts = ConfigurationConflict.all(
        in: layers.configuration(of: values), values: values, layers: layers)
      for conflict in conflicts {
        if sizesAreSearched, Self.sizes.contains(conflict.key) { continue }
        guard seen.insert(conflict).inserted else { continue }
        let searched = parameters.first { $0.name == conflict.key }
        errors.append(
          Diagnostic(
            .error, at: searched?.location ?? layers.location(of: conflict.key), conflict.message,
            isUsage: searched == nil && layers.override(conflict.key) != nil))
      }
    }
  }

  /// The combinations of the parameters that can conflict. Other parameters keep their first value.
  private func cells(_ parameters: [SearchedParameter]) -> [[(name: String, value: Literal)]] {
    var cells: [[(name: String, value: Literal)]] = [[]]
    for parameter in parameters {
      let conflicts = ConfigurationConflict.searchableKeys.contains(parameter.name)
      let isSmall = cells.count * parameter.candidates.count <= Self.maximumCombinations
      let candidates = parameter.candidates.prefix(conflicts && isSmall ? .max : 1)
      cells = cells.flatMap { cell in candidates.map { cell + [(parameter.name, $0.value)] } }
    }
    return cells
  }

  private static let sizes: Set<String> = ["interest_size", "prototype_size"]

  /// Reports the cells that have more interests than prototypes.
  private mutating func checkInterests(_ parameters: [SearchedParameter]) {
    let interests = sizes(of: "interest_size", in: parameters)
    let prototypes = sizes(of: "prototype_size", in: parameters)
    let isSearched = parameters.contains { Self.sizes.contains($0.name) }
    guard isSearched, let smallest = prototypes.map(\.size).min() else { return }
    func message(_ size: Int) -> String {
      let impossible = prototypes.map(\.size).filter { $0 < size }
      let shown = impossible.prefix(5).map(String.init).joined(separator: ", ")
      let more = impossible.count > 5 ? " and \(impossible.count - 5) more" : ""
      return "'interest_size' is at most 'prototype_size'; impossible: "
        + "interest_size \(size) with prototype_size \(shown)\(more)"
    }
    let place = prototypes.first { $0.size == smallest }?.location
    for interest in interests where interest.size > smallest {
      errors.append(Diagnostic(.error, at: interest.location ?? place, message(interest.size)))
    }
  }

  private func sizes(
    of name: String, in parameters: [SearchedParameter]
  ) -> [(size: Int, location: SourceLocation?)] {
    if let parameter = parameters.first(where: { $0.name == name }) {
      return parameter.candidates.compactMap { candidate in
        guard
          case .integer(let size) = ConfigurationLayers.configured(candidate.value, for: name)
        else { return nil }
        return (size, candidate.location)
      }
    }
    guard case .integer(let size)? = layers.values()[name] else { return [] }
    return [(size, layers.location(of: name))]
  }
}

// MARK: - Scores

extension ConfigurationCheck {
  /// Reports a search whose trials would have no score to be compared by.
  mutating func checkScores(_ parameters: [SearchedParameter]) {
    let configuration = layers.configuration(of: layers.values())
    if let steps = parameters.first(where: { $0.name == "eval_step" }) {
      for candidate in steps.candidates where candidate.value.number.map({ $0 <= 0 }) ?? false {
        reportStep(candidate.value, at: candidate.location)
      }
    } else if configuration.training.evalStep <= 0 {
      reportStep(
        .integer(configuration.training.evalStep), at: layers.location(of: "eval_step"))
    }
    guard !configuration.data.split.hasValidation else { return }
    let split = layers.values()["eval_args"] ?? .none
    let part: Literal =
      if case .dictionary(let entries) = split { entries["split"] ?? split } else { split }
    report(
      "'eval_args' has no part for validation, by which a search chooses, found 'split' "
        + "\(part.excerpt); write {'LS': 'valid_and_test'} or {'RS': [0.8, 0.1, 0.1]}",
      at: layers.location(of: "eval_args"))
  }

  private mutating func reportStep(_ step: Literal, at location: SourceLocation?) {
    report(
      "'eval_step' \(step) evaluates no epoch, but a search chooses by validation; "
        + "write 1 to evaluate every epoch", at: location)
  }
}

extension DataConfiguration.Split {
  /// True if a part of the examples is for validation.
  fileprivate var hasValidation: Bool {
    switch self {
    case .leaveOneOut(let valid, _): valid
    case .ratio(let ratios): ratios.count > 1 && ratios[1] > 0
    }
  }
}

// MARK: - Notes

extension ConfigurationCheck {
  /// Gives one note on all keys without effect, and warnings about searches that waste trials.
  func notes(_ parameters: [SearchedParameter]) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    let idle = (layers.fileEntries.map(\.name) + layers.overriddenNames).filter {
      ConfigurationKey.named($0)?.role == .withoutEffect
    }
    let unique = idle.enumerated().filter { idle.firstIndex(of: $0.element) == $0.offset }
    if !unique.isEmpty {
      let list = unique.map { "'\($0.element)'" }.joined(separator: ", ")
      notes.append(Diagnostic(.note, "accepted, but without effect here: \(list)"))
    }
    if layers.isSet("load_col"), layers.values()["load_col"] == Literal.none {
      notes.append(
        Diagnostic(
          .warning, at: layers.location(of: "load_col"),
          "'load_col' None loads all columns of the .inter file; .user and .item files are not read"
        )
      )
    }
    if let parameter = parameters.first(where: { $0.name == "reg_loss_ratio" }),
      !lossTypes(parameters).contains(.string("NLL"))
    {
      notes.append(
        Diagnostic(
          .warning, at: parameter.location,
          "'reg_loss_ratio' has an effect under 'loss_type' 'NLL' only: its values repeat trials"))
    }
    return notes
  }

  private func lossTypes(_ parameters: [SearchedParameter]) -> [Literal] {
    parameters.first { $0.name == "loss_type" }?.candidates.map(\.value)
      ?? [layers.values()["loss_type"] ?? .none]
  }
}
