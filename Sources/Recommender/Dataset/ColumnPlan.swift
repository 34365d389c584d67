import Literals

/// The use of each column of an atomic file, as the header and the configuration decide it.
struct ColumnPlan: Sendable {
  enum Role: Sendable {
    case ignored, user, item, time
    /// A number that must be readable, as pandas demands of every float column it loads.
    case number
    case token
  }

  struct Column: Sendable {
    let name: String
    let role: Role
    let filter: ValueFilter?
  }

  let columns: [Column]

  /// True if `val_interval` filters one of the columns.
  var hasFilters: Bool { columns.contains { $0.filter != nil } }

  /// Gives every column a role, and reports every column that is missing or of the wrong type.
  ///
  /// - Parameter dateAdvice: What helps if the column with this index holds dates; nil if not.
  init(
    _ header: AtomicHeader, _ configuration: DataConfiguration, file: String,
    dateAdvice: (Int) -> String? = { _ in nil }
  ) throws(InvalidInput) {
    let diagnostics = Self.problems(header, configuration, file: file, dateAdvice)
    if !diagnostics.isEmpty { throw InvalidInput(diagnostics) }
    columns = header.columns.map { column in
      let role: Role =
        switch (column.name, column.type) {
        case (configuration.userField, _): .user
        case (configuration.itemField, _): .item
        case (configuration.timeField, _): .time
        case (let name, _) where !Self.isLoaded(name, configuration): .ignored
        case (_, .float): .number
        case (let name, .token) where configuration.valueFilters[name] != nil: .token
        default: .ignored
        }
      return Column(
        name: column.name, role: role, filter: configuration.valueFilters[column.name])
    }
  }

  private static func isLoaded(_ name: String, _ configuration: DataConfiguration) -> Bool {
    (configuration.loadedColumns?.contains(name) ?? true)
      && !(configuration.unloadedColumns?.contains(name) ?? false)
  }

  private static func problems(
    _ header: AtomicHeader, _ configuration: DataConfiguration, file: String,
    _ dateAdvice: (Int) -> String?
  ) -> [Diagnostic] {
    var messages: [String] = []
    if configuration.loadedColumns != nil, configuration.unloadedColumns != nil {
      messages.append("'load_col' and 'unload_col' exclude each other; set one of them to None")
    }
    if configuration.normalizeAll, !configuration.normalizedFields.isEmpty {
      messages.append(
        "'normalize_all' and 'normalize_field' exclude each other; set one of them to None")
    }
    let needed: [(option: String, field: String, type: AtomicHeader.FeatureType)] = [
      ("USER_ID_FIELD", configuration.userField, .token),
      ("ITEM_ID_FIELD", configuration.itemField, .token),
      ("TIME_FIELD", configuration.timeField, .float),
    ]
    if Set(needed.map(\.field)).count < needed.count {
      messages.append(
        "'USER_ID_FIELD', 'ITEM_ID_FIELD' and 'TIME_FIELD' name three different columns, found "
          + needed.map { "'\($0.field)'" }.joined(separator: ", "))
    }
    for (option, field, type) in needed {
      guard let index = header.columns.firstIndex(where: { $0.name == field }) else {
        messages.append(
          "'\(file)' has no column '\(field)', which '\(option)' names; \(columnList(header))"
            + suggestion(for: option, field, header))
        continue
      }
      if !isLoaded(field, configuration) {
        messages.append(
          "the column '\(field)' is needed but not loaded: add it to 'load_col' "
            + "(or take it out of 'unload_col')")
      }
      let column = header.columns[index]
      if column.type != type {
        let advice =
          (option == "TIME_FIELD" ? dateAdvice(index) : nil)
          ?? "write '\(field):\(type.rawValue)' in the first line"
        messages.append(
          "the column '\(field)', which '\(option)' names, must be of type '\(type.rawValue)', "
            + "found '\(column.type.rawValue)'; \(advice)")
      }
    }
    for (field, filter) in configuration.valueFilters.sorted(by: { $0.key < $1.key }) {
      messages += filterProblem(field, filter, header, configuration).map { [$0] } ?? []
    }
    for field in configuration.normalizedFields
    where !header.columns.contains(where: { $0.name == field }) {
      messages.append("'normalize_field' names '\(field)'; \(columnList(header))")
    }
    return messages.map { Diagnostic(.error, $0) }
  }

  private static func filterProblem(
    _ field: String, _ filter: ValueFilter, _ header: AtomicHeader,
    _ configuration: DataConfiguration
  ) -> String? {
    guard let column = header.columns.first(where: { $0.name == field }) else {
      return "'val_interval' names '\(field)'; \(columnList(header))"
    }
    guard isLoaded(field, configuration) else {
      return "'val_interval' names '\(field)', which is not loaded: add it to 'load_col'"
    }
    switch (column.type, filter) {
    case (.float, .intervals), (.token, .tokens):
      return nil
    case (.float, .tokens):
      return "'val_interval' of the float column '\(field)' is an interval such as '[3,inf)', "
        + "found a list"
    case (.token, .intervals):
      return "'val_interval' of the token column '\(field)' is a list of values, found an interval"
    case (.tokenSequence, _), (.floatSequence, _):
      return "'val_interval' filters float and token columns; '\(field)' is of type "
        + "'\(column.type.rawValue)'"
    }
  }

  private static func columnList(_ header: AtomicHeader) -> String {
    let names = header.columns.prefix(20).map { "\(Excerpt($0.name))" }.joined(separator: ", ")
    return "the columns are \(names)" + (header.columns.count > 20 ? ", …" : "")
  }

  /// The column that is most likely meant: `; did you mean 'userId' (--USER_ID_FIELD=userId)`.
  private static func suggestion(
    for option: String, _ field: String, _ header: AtomicHeader
  ) -> String {
    let names = header.columns.map(\.name)
    let guess = ColumnGuess(names: names)
    let role =
      switch option {
      case "USER_ID_FIELD": guess.user
      case "ITEM_ID_FIELD": guess.item
      default: guess.time
      }
    let name =
      names.first { ColumnGuess.plain($0) == ColumnGuess.plain(field) } ?? role.map { names[$0] }
      ?? Suggestion.closest(to: field, among: names)
    guard let name else { return "" }
    // A name with blanks is a slip in the first line.
    guard name == name.filter({ !$0.isWhitespace }) else {
      return "; did you mean \(Excerpt(name)), without the blank"
    }
    return "; did you mean \(Excerpt(name)) (\(ShellWord.quoted("--\(option)=\(name)")))"
  }
}
