import Foundation
import Literals

extension Dataset {
  /// Turns the bytes of an atomic file into a data set; `file` names it in messages.
  ///
  /// The steps are RecBole's, in RecBole's order: read, drop rows without ids, filter, number, sort
  /// by time, augment, split.
  package static func parse(
    _ data: consuming Data, file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) -> Dataset {
    try checkValues(configuration)
    // The scanner's pointer is valid inside the closure only; nothing that leaves it holds one.
    let result = data.withUnsafeBytes { raw in
      Result { () throws(InvalidInput) in
        try read(raw.bindMemory(to: UInt8.self), file: file, configuration)
      }
    }
    var table = try result.get()
    let digest = ContentDigest(of: data)
    data = Data()  // unmaps a large file before its columns are sorted
    let readCount = table.interactions.count
    guard readCount > 0 else {
      throw InvalidInput(
        "'\(file)' has no interaction: rows with a user, an item and a time follow its header")
    }
    let steps = table.interactions.filter(configuration)
    let users = IdentifierMap(&table.interactions.users, table.users)
    let items = IdentifierMap(&table.interactions.items, table.items)
    let isNormalized =
      configuration.normalizeAll
      || configuration.normalizedFields.contains(configuration.timeField)
    guard !table.interactions.users.isEmpty else {
      throw nothingRemains(file, read: readCount, steps, users: 0)
    }
    guard
      let timeline = Timeline(
        table.interactions, userCount: users.tokens.count, isNormalized: isNormalized,
        isExact: configuration.exactTime)
    else {
      throw InvalidInput(
        "the column '\(configuration.timeField)' of '\(file)' holds no time at all")
    }
    table.interactions = Interactions()  // frees 16 bytes a row, which the examples do not need
    let split = ExampleSplit(timeline, configuration)
    guard !split.train.isEmpty else {
      throw nothingRemains(file, read: readCount, steps, users: users.tokens.count - 1)
    }
    return Dataset(
      userTokens: users.tokens, itemTokens: items.tokens, items: timeline.items,
      train: split.train, valid: split.valid, test: split.test,
      maxItemListLength: configuration.maxItemListLength, digest: digest,
      warnings: table.warnings + reorderingWarning(timeline, users: users.tokens.count - 1))
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) -> InteractionFile {
    if bytes.isEmpty { throw InvalidInput("'\(file)' is empty: \(AtomicHeader.expectation)") }
    if bytes.prefix(4096).contains(0) {
      throw InvalidInput("'\(file)' is not a text file: it has zero bytes")
    }
    var scanner = FieldScanner(bytes, separator: configuration.fieldSeparator)
    let header = try AtomicHeader(
      reading: &scanner, file: file, separator: configuration.fieldSeparator)
    let plan = try ColumnPlan(header, configuration, file: file)
    var reader = InteractionReader(scanner, plan: plan, file: file)
    return try reader.read()
  }

  /// Checks the values that would otherwise fail halfway through.
  private static func checkValues(_ configuration: DataConfiguration) throws(InvalidInput) {
    var messages: [String] = []
    let separator = configuration.fieldSeparator
    if separator.isEmpty || separator.contains(where: { $0.isNewline || $0 == "\"" }) {
      messages.append("'field_separator' is text without line breaks and quotes, such as '\\t'")
    }
    if !(1...Int(Int32.max)).contains(configuration.maxItemListLength) {
      messages.append(
        "'MAX_ITEM_LIST_LENGTH' is at least 1, found \(configuration.maxItemListLength)")
    }
    if case .ratio(let ratios) = configuration.split {
      let sum = ratios.reduce(0, +)
      if ratios.count != 3 || ratios.contains(where: { !($0 >= 0) }) || !(sum > 0)
        || !sum.isFinite
      {
        messages.append(
          "'RS' takes three ratios that are not negative, of train, valid and test, such as "
            + "[0.8, 0.1, 0.1]; found \(ratios)")
      }
    }
    if !messages.isEmpty { throw InvalidInput(messages.map { Diagnostic(.error, $0) }) }
  }

  private static func nothingRemains(
    _ file: String, read: Int, _ steps: [Interactions.FilterStep], users: Int
  ) -> InvalidInput {
    let counts = ([counted(read, "interaction") + " read"] + steps.map(\.description)).joined(
      separator: ", ")
    let reason =
      users == 0
      ? "the filters leave nothing"
      : "a user needs at least two interactions; \(counted(users, "user")) left, "
        + "none with an example for training"
    return InvalidInput("'\(file)' gives no training example (\(counts)): \(reason)")
  }

  private static func reorderingWarning(_ timeline: Timeline, users: Int) -> [Diagnostic] {
    let count = timeline.reorderedUserCount
    guard count > 0 else { return [] }
    return [
      Diagnostic(
        .warning,
        "times are sorted as float32, as RecBole does, which changes the order of events of "
          + "\(count) of \(counted(users, "user")); 'exact_time: True' sorts by the exact time")
    ]
  }
}
