/// Which interactions are read and how they become training, validation and test examples.
package struct DataConfiguration: Hashable, Sendable {
  package enum DuplicateRemoval: String, Hashable, Sendable {
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
  /// Columns that are loaded (RecBole's `load_col`, inter part); nil loads every column.
  package var loadedColumns: [String]? = ["user_id", "item_id", "rating", "timestamp"]
  package var unloadedColumns: [String]?
  package var maxItemListLength = 50
  package var duplicateRemoval: DuplicateRemoval?
  /// `val_interval`: float fields by intervals, token fields by membership.
  package var valueFilters: [String: ValueFilter] = [:]
  package var userInteractions: IntervalSet?
  package var itemInteractions: IntervalSet?
  /// RecBole's `filter_inter_by_user_or_item`; it needs .user or .item files and does nothing without.
  package var normalizeAll = false
  package var normalizedFields: [String] = []
  package var split = Split.leaveOneOut(valid: true, test: true)
  /// True: each user is split for itself; false: `group_by: none`.
  package var groupByUser = true
  /// Sorts by the exact timestamp instead of RecBole's float32.
  package var exactTime = false

  package init() {}
}

/// RecBole's interval notation, OR-ed: `[3,inf)`, `(1,2];[4,5)`.
package struct IntervalSet: Hashable, Sendable {
  package struct Interval: Hashable, Sendable {
    package var lower: Double
    package var lowerIsClosed: Bool
    package var upper: Double
    package var upperIsClosed: Bool

    package init(lower: Double, lowerIsClosed: Bool, upper: Double, upperIsClosed: Bool) {
      self.lower = lower
      self.lowerIsClosed = lowerIsClosed
      self.upper = upper
      self.upperIsClosed = upperIsClosed
    }

    package func contains(_ value: Double) -> Bool {
      (value > lower || (lowerIsClosed && value == lower))
        && (value < upper || (upperIsClosed && value == upper))
    }
  }

  package var intervals: [Interval]

  package init(_ intervals: [Interval]) {
    self.intervals = intervals
  }

  /// True where one of the intervals holds the value; never for NaN.
  package func contains(_ value: Double) -> Bool {
    intervals.contains { $0.contains(value) }
  }
}

/// One entry of RecBole's `val_interval`.
package enum ValueFilter: Hashable, Sendable {
  case intervals(IntervalSet)
  case tokens([String])
}
