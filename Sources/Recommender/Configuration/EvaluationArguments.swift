import Literals

/// RecBole's `eval_args`. Only the split and the grouping can be chosen here.
struct EvaluationArguments: Hashable {
  var split: DataConfiguration.Split
  var groupByUser: Bool
}

extension DataConfiguration {
  var evaluationArguments: EvaluationArguments {
    get { EvaluationArguments(split: split, groupByUser: groupByUser) }
    set { (split, groupByUser) = (newValue.split, newValue.groupByUser) }
  }
}

extension ValueKind where Value == EvaluationArguments {
  static let evaluationArguments = ValueKind(
    "a dictionary such as {'split': {'LS': 'valid_and_test'}, 'order': 'TO', 'mode': 'full'}",
    read: { literal throws(ValueProblem) in
      guard case .dictionary(let written) = literal,
        case .dictionary(let entries) = EvaluationArguments.resolve(literal)
      else { throw .otherKind("found \(literal.excerpt)") }
      return try EvaluationArguments(entries, written: written)
    },
    write: { arguments in
      .dictionary([
        "split": arguments.split.literal, "order": .string("TO"),
        "group_by": .string(arguments.groupByUser ? "user" : "none"), "mode": .string("full"),
      ])
    }, resolve: EvaluationArguments.resolve)
}

extension EvaluationArguments {
  /// The entries that RecBole assumes if a user's own dictionary leaves them out.
  private static let defaults: [String: Literal] = [
    "split": .dictionary(["RS": .list([.real(0.8), .real(0.1), .real(0.1)])]),
    "order": .string("RO"), "group_by": .string("user"),
    "mode": .dictionary(["valid": .string("full"), "test": .string("full")]),
  ]

  /// Fills in all four entries of a dictionary, with a mode for each phase.
  @Sendable fileprivate static func resolve(_ literal: Literal) -> Literal {
    guard case .dictionary(let entries) = literal else { return literal }
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

  /// Reads resolved entries. The messages quote the entries as the user wrote them.
  fileprivate init(
    _ entries: [String: Literal], written: [String: Literal]
  ) throws(ValueProblem) {
    try entries.refuseEntries(besides: ["split", "order", "group_by", "mode"])
    guard entries["order"] == .string("TO") else {
      guard let order = written["order"] else {
        throw .rule(
          "needs 'order': 'TO': a dictionary of your own replaces the default one, "
            + "and RecBole then orders at random")
      }
      throw .rule("needs 'order': 'TO' for a sequential model, found \(order.excerpt)")
    }
    let groups: [Literal] = [.string("user"), .none, .string("none"), .string("None")]
    if let group = entries["group_by"], !groups.contains(group) {
      throw .rule("takes 'user' or None as 'group_by', found \(group.excerpt)")
    }
    if let mode = entries["mode"], mode != Self.defaults["mode"] {
      throw .rule(
        "ranks all items, so that 'mode' must be 'full', found \(written["mode"] ?? mode)")
    }
    split = try DataConfiguration.Split(entries["split"] ?? .none)
    groupByUser = entries["group_by"] == .string("user")
  }
}

// MARK: - Splits

/// RecBole's words for the phases that get the last interactions of each user in leave-one-out.
private enum LeftOut: String, CaseIterable {
  case both = "valid_and_test"
  case valid = "valid_only"
  case test = "test_only"
}

extension DataConfiguration.Split {
  fileprivate init(_ literal: Literal) throws(ValueProblem) {
    guard case .dictionary(let entries) = literal, let entry = entries.first, entries.count == 1
    else {
      throw .rule("takes one entry 'LS' or 'RS' as 'split', found \(literal.excerpt)")
    }
    switch entry.key {
    case "LS":
      let phases = try ValueKind<LeftOut>.word.read(part: entry.value, named: "LS")
      self = .leaveOneOut(valid: phases != .test, test: phases != .valid)
    case "RS":
      let ratios = entry.value.elements?.compactMap(\.number) ?? []
      guard ratios.count == 3, entry.value.elements?.count == 3, ratios[0] > 0,
        ratios.reduce(0, +).isFinite, ratios.allSatisfy({ $0 >= 0 })
      else {
        throw .rule(
          "with 'RS' takes the three ratios of train, valid and test, found \(entry.value.excerpt)")
      }
      self = .ratio(ratios)
    default:
      throw .rule("takes 'LS' or 'RS' as 'split', found \(entry.key.quotedExcerpt)")
    }
  }

  fileprivate var literal: Literal {
    switch self {
    case .ratio(let ratios): .dictionary(["RS": .list(ratios.map(Literal.real))])
    case .leaveOneOut(let valid, let test):
      .dictionary(["LS": .string((!valid ? LeftOut.test : test ? .both : .valid).rawValue)])
    }
  }
}
