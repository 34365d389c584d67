import Literals

extension ConfigurationKey {
  static let dataKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "dataset", .text, .string("ml-100k"), "name of the data set", searchable: false),
    ConfigurationKey(
      "data_path", .text, .string("dataset/"), "folder that holds a folder for each data set",
      searchable: false),
    ConfigurationKey(
      "field_separator", .separator, .string("\t"), "separator of the columns", searchable: false),
    ConfigurationKey(
      "USER_ID_FIELD", .text, .string("user_id"), "column of the users", searchable: false),
    ConfigurationKey(
      "ITEM_ID_FIELD", .text, .string("item_id"), "column of the items", searchable: false),
    ConfigurationKey(
      "TIME_FIELD", .text, .string("timestamp"), "column of the times", searchable: false),
    ConfigurationKey(
      "load_col", .columns,
      .dictionary(["inter": .list([.string("user_id"), .string("item_id")])]),
      "columns to load: {'inter': ['user_id', 'item_id', 'timestamp']}", searchable: false),
    ConfigurationKey(
      "unload_col", .columns, .none, "columns not to load: {'inter': ['rating']}",
      searchable: false),
    ConfigurationKey(
      "MAX_ITEM_LIST_LENGTH", .integer(1...100_000), .integer(50), "longest history of an example"),
    ConfigurationKey(
      "rm_dup_inter", .optional(.word(["first", "last"])), .none,
      "keeps the first or the last of repeated interactions"),
    ConfigurationKey(
      "val_interval", .optional(.valueFilters), .none,
      "keeps interactions by value: {'rating': '[3,inf)'}"),
    ConfigurationKey(
      "user_inter_num_interval", .optional(.interval), .string("[0,inf)"),
      "keeps users by their number of interactions: '[5,inf)'"),
    ConfigurationKey(
      "item_inter_num_interval", .optional(.interval), .string("[0,inf)"),
      "keeps items by their number of interactions: '[5,inf)'"),
    ConfigurationKey(
      "normalize_all", .optional(.bool), .none, "scales all float columns to 0 … 1",
      searchable: false),
    ConfigurationKey(
      "normalize_field", .optional(.names), .none, "scales these float columns to 0 … 1",
      searchable: false),
    ConfigurationKey(
      "exact_time", .bool, .bool(false),
      "sorts by the exact time instead of RecBole's 32-bit float; not one of RecBole's keys",
      searchable: false),
  ]

  /// What a data set's own file in RecBole says; ml-100k is the only one that has such a file.
  static func datasetDefaults(_ dataset: Literal) -> [String: Literal] {
    guard dataset == .string("ml-100k") else { return [:] }
    return [
      "load_col": .dictionary([
        "inter": .list(["user_id", "item_id", "rating", "timestamp"].map(Literal.string))
      ]),
      "user_inter_num_interval": .none, "item_inter_num_interval": .none,
      "normalize_all": .bool(true),
    ]
  }
}

extension ValueKind {
  fileprivate static let separator = ValueKind("one character") { value in
    guard case .string(let text) = value else { return false }
    // Shells and single-quoted YAML leave the two characters \t of a tab.
    return text == "\\t" || (text.count == 1 && !text.contains(where: \.isNewline) && text != "\"")
  }

  fileprivate static let interval = ValueKind("an interval such as '[5,inf)'") { value in
    IntervalSet.problem(in: value)
  }

  fileprivate static let columns = ValueKind("None or a dictionary such as {'inter': ['user_id']}")
  {
    value in
    if value == .none { return nil }
    guard case .dictionary(let entries) = value else {
      return "takes None or a dictionary such as {'inter': ['user_id']}, found \(value)"
    }
    for source in entries.keys.sorted() where source != "inter" {
      return "has an entry '\(source)', but only the .inter file is read; leave 'inter' only"
    }
    guard let inter = entries["inter"] else { return "needs an entry 'inter', found \(value)" }
    if inter == .string("*") { return nil }
    return names.problem(inter).map { "with 'inter' \($0)" }
  }

  fileprivate static let valueFilters = ValueKind(
    "a dictionary such as {'rating': '[3,inf)'}"
  ) { value in
    guard case .dictionary(let entries) = value else {
      return "takes None or a dictionary such as {'rating': '[3,inf)'}, found \(value)"
    }
    for (field, filter) in entries.sorted(by: { $0.key < $1.key }) {
      let problem =
        filter.elements.map { elements in
          elements.contains { $0.token == nil }
            ? "takes an interval or a list of values, found \(filter)" : nil
        } ?? IntervalSet.problem(in: filter)
      if let problem { return "with '\(field)' \(problem)" }
    }
    return nil
  }
}

extension Literal {
  /// The text that a token column of a file holds for this value.
  var token: String? {
    switch self {
    case .string(let text): text
    case .integer, .real: description
    default: nil
    }
  }
}
