import Literals

/// The interactions that are read, and the split into training, validation and test examples.
package struct DataConfiguration: Hashable, Sendable {
  package enum DuplicateRemoval: String, Hashable, Sendable, CaseIterable {
    case first, last
  }

  /// RecBole's `eval_args.split`.
  package enum Split: Hashable, Sendable {
    /// `{'LS': 'valid_and_test'}` and its two halves.
    case leaveOneOut(valid: Bool, test: Bool)
    /// `{'RS': [0.8, 0.1, 0.1]}`: ratios of train, valid, test.
    case ratio([Double])
  }

  package var dataset = "ml-100k"
  package var dataPath = "dataset/"
  package var fieldSeparator = "\t"
  package var userField = "user_id"
  package var itemField = "item_id"
  package var timeField = "timestamp"
  /// The columns of the .inter file that are loaded. If it is nil, all columns are loaded.
  package var loadedColumns: [String]? = ["user_id", "item_id", "rating", "timestamp"]
  package var unloadedColumns: [String]?
  package var maxItemListLength = 50
  package var duplicateRemoval: DuplicateRemoval?
  /// RecBole's `val_interval`: intervals for float columns, and tokens for token columns.
  package var valueFilters: [String: ValueFilter] = [:]
  package var userInteractions: IntervalSet?
  package var itemInteractions: IntervalSet?
  package var normalizeAll = false
  package var normalizedFields: [String] = []
  package var split = Split.leaveOneOut(valid: true, test: true)
  /// True if the interactions of each user are split separately. False stands for `group_by: none`.
  package var groupByUser = true
  /// True if interactions are sorted by the exact time, and not by RecBole's float32.
  package var exactTime = false

  package init() {}
}

extension ConfigurationKey {
  static let dataKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "dataset", .text, \.data.dataset, "name of the data set", isSearchable: false),
    ConfigurationKey(
      "data_path", .text, \.data.dataPath, "folder that holds a folder for each data set",
      isSearchable: false),
    ConfigurationKey(
      "field_separator", .separator, \.data.fieldSeparator, "separator of the columns",
      isSearchable: false),
    ConfigurationKey(
      "USER_ID_FIELD", .text, \.data.userField, "column of the users", isSearchable: false),
    ConfigurationKey(
      "ITEM_ID_FIELD", .text, \.data.itemField, "column of the items", isSearchable: false),
    ConfigurationKey(
      "TIME_FIELD", .text, \.data.timeField, "column of the times", isSearchable: false),
    ConfigurationKey(
      // None would load the columns of the .user and .item files as well.
      "load_col", .columns(nilAs: .dictionary(["inter": .string("*")])), \.data.loadedColumns,
      "columns to load: {'inter': ['user_id', 'item_id', 'timestamp']}",
      default: .dictionary(["inter": .list([.string("user_id"), .string("item_id")])]),
      // RecBole's default lacks the times, without which it cannot train SINE.
      shown: .dictionary(["inter": .list(["user_id", "item_id", "timestamp"].map(Literal.string))]),
      isSearchable: false),
    ConfigurationKey(
      "unload_col", .columns(nilAs: .none), \.data.unloadedColumns,
      "columns not to load: {'inter': ['rating']}", isSearchable: false),
    ConfigurationKey(
      "MAX_ITEM_LIST_LENGTH", .integer(1...100_000), \.data.maxItemListLength,
      "longest history of an example"),
    ConfigurationKey(
      "rm_dup_inter", .optional(.word), \.data.duplicateRemoval,
      "keeps the first or the last of repeated interactions"),
    ConfigurationKey(
      "val_interval", .optional(.valueFilters, none: [:]), \.data.valueFilters,
      "keeps interactions by value: {'rating': '[3,inf)'}"),
    ConfigurationKey(
      "user_inter_num_interval", .optional(.interval), \.data.userInteractions,
      "keeps users by their number of interactions: '[5,inf)'", default: .string("[0,inf)")),
    ConfigurationKey(
      "item_inter_num_interval", .optional(.interval), \.data.itemInteractions,
      "keeps items by their number of interactions: '[5,inf)'", default: .string("[0,inf)")),
    ConfigurationKey(
      "normalize_all", .optional(.bool, none: false), \.data.normalizeAll,
      "scales all float columns to 0 … 1", default: Literal.none, isSearchable: false),
    ConfigurationKey(
      "normalize_field", .optional(.names, none: []), \.data.normalizedFields,
      "scales these float columns to 0 … 1", isSearchable: false),
    ConfigurationKey(
      "exact_time", .bool, \.data.exactTime,
      "sorts by the exact time instead of RecBole's 32-bit float; not one of RecBole's keys",
      isSearchable: false, isRecBoles: false),
  ]

  /// The defaults of RecBole's own file for a data set. Only ml-100k has such a file.
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

extension ValueKind where Value == String {
  fileprivate static let separator = ValueKind(
    "one character",
    convert: { literal in
      guard case .string(let text) = literal else { return nil }
      // A tab that is written as \t arrives as two characters from a shell or from YAML in single
      // quotes.
      if text == "\\t" { return "\t" }
      return text.count == 1 && !text.contains(where: \.isNewline) && text != "\"" ? text : nil
    }, write: Literal.string)
}

extension ValueKind where Value == [String]? {
  /// The columns of the .inter file. None and '*' are read as nil.
  ///
  /// - Parameter nilAs: the literal that is written for nil.
  fileprivate static func columns(nilAs none: Literal) -> ValueKind {
    ValueKind(
      "None or a dictionary such as {'inter': ['user_id']}",
      read: { literal throws(ValueProblem) in
        if literal == .none { return nil }
        guard case .dictionary(let entries) = literal else {
          throw .otherKind("found \(literal.excerpt)")
        }
        if let file = entries.keys.sorted().first(where: { $0 != "inter" }) {
          throw .rule(
            "has an entry '\(file)', but only the .inter file is read; leave 'inter' only")
        }
        guard let columns = entries["inter"] else {
          throw .rule("needs an entry 'inter', found \(literal.excerpt)")
        }
        if columns == .string("*") { return nil }
        return try ValueKind<[String]>.names.read(part: columns, named: "inter")
      },
      write: { columns in
        columns.map { .dictionary(["inter": .list($0.map(Literal.string))]) } ?? none
      })
  }
}
