import Literals

/// Collects the errors in a configuration and in a search over the configuration.
struct ConfigurationCheck {
  let layers: ConfigurationLayers
  private(set) var errors: [Diagnostic] = []

  init(layers: ConfigurationLayers) {
    self.layers = layers
  }

  /// Checks every key that a file or the command line sets.
  mutating func checkFixedValues() {
    for entry in layers.fileEntries {
      if let message = ConfigurationKey.validate(name: entry.name, value: entry.value) {
        report(message, at: entry.location)
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
        let message = ConfigurationKey.validate(name: parameter.name, value: .none)
        report(message ?? "unknown parameter '\(parameter.name)'", at: parameter.location)
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
    var reported: Set<SourceLocation> = []
    for candidate in parameter.candidates where !reported.contains(candidate.location) {
      let value = ConfigurationLayers.configured(candidate.value)
      guard let problem = key.problem(value) else { continue }
      // The values of an interval share one place, and one message for each place is enough.
      reported.insert(candidate.location)
      report("'\(key.name)' \(problem)", at: candidate.location)
    }
  }

  private mutating func report(_ message: String, at location: SourceLocation?) {
    errors.append(Diagnostic(.error, at: location, message))
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
    for interest in interests where interest.size > smallest {
      let impossible = prototypes.map(\.size).filter { $0 < interest.size }
      let shown = impossible.prefix(5).map(String.init).joined(separator: ", ")
      let more = impossible.count > 5 ? " and \(impossible.count - 5) more" : ""
      report(
        "'interest_size' is at most 'prototype_size'; impossible: "
          + "interest_size \(interest.size) with prototype_size \(shown)\(more)",
        at: interest.location ?? prototypes.first { $0.size == smallest }?.location)
    }
  }

  private func sizes(
    of name: String, in parameters: [SearchedParameter]
  ) -> [(size: Int, location: SourceLocation?)] {
    if let parameter = parameters.first(where: { $0.name == name }) {
      return parameter.candidates.compactMap { candidate in
        guard case .integer(let size) = ConfigurationLayers.configured(candidate.value) else {
          return nil
        }
        return (size, candidate.location)
      }
    }
    guard case .integer(let size)? = layers.values()[name] else { return [] }
    return [(size, layers.location(of: name))]
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
