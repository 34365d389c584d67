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
    // Each step frees what the next one does not need.
    return try OrderedLog(InteractionLog(data, file: file, configuration), configuration)
      .dataset(configuration)
  }

  /// Checks the values that would otherwise fail halfway through.
  static func checkValues(_ configuration: DataConfiguration) throws(InvalidInput) {
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
}

/// The rows of an atomic file.
struct InteractionLog: Sendable {
  /// The file's name in messages.
  let file: String
  /// The digest of its bytes.
  let digest: ContentDigest
  fileprivate var table: InteractionFile

  init(
    _ data: consuming Data, file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) {
    // The scanner's pointer is valid inside the closure only; nothing that leaves it holds one.
    let result = data.withUnsafeBytes { raw in
      Result { () throws(InvalidInput) in
        try Self.read(raw.bindMemory(to: UInt8.self), file: file, configuration)
      }
    }
    table = try result.get()
    digest = ContentDigest(of: data)
    self.file = file
    guard table.interactions.count > 0 else {
      throw InvalidInput(
        "'\(file)' has no interaction: rows with a user, an item and a time follow its header")
    }
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
}

/// The interactions that pass the filters, numbered and sorted by time.
struct OrderedLog: Sendable {
  private let file: String
  private let digest: ContentDigest
  private let users: [String]
  private let items: [String]
  private let timeline: Timeline
  private let warnings: [Diagnostic]
  /// How many rows were read, and how many each filter has left.
  private let readCount: Int
  private let steps: [Interactions.FilterStep]

  init(
    _ log: consuming InteractionLog, _ configuration: DataConfiguration
  ) throws(InvalidInput) {
    file = log.file
    digest = log.digest
    readCount = log.table.interactions.count
    steps = log.table.interactions.filter(configuration)
    let users = IdentifierMap(&log.table.interactions.users, log.table.users)
    let items = IdentifierMap(&log.table.interactions.items, log.table.items)
    let isNormalized =
      configuration.normalizeAll
      || configuration.normalizedFields.contains(configuration.timeField)
    guard !log.table.interactions.users.isEmpty else {
      throw Self.nothingRemains(log.file, read: readCount, steps, users: 0)
    }
    guard
      let timeline = Timeline(
        log.table.interactions, userCount: users.tokens.count, isNormalized: isNormalized,
        isExact: configuration.exactTime)
    else {
      throw InvalidInput(
        "the column '\(configuration.timeField)' of '\(log.file)' holds no time at all")
    }
    (self.users, self.items, self.timeline) = (users.tokens, items.tokens, timeline)
    warnings =
      log.table.warnings + Self.reorderingWarning(timeline, users: users.tokens.count - 1)
  }

  /// Makes the examples.
  func dataset(_ configuration: DataConfiguration) throws(InvalidInput) -> Dataset {
    let split = ExampleSplit(timeline, configuration)
    guard !split.train.isEmpty else {
      throw Self.nothingRemains(file, read: readCount, steps, users: users.count - 1)
    }
    return Dataset(
      userTokens: users, itemTokens: items, items: timeline.items, train: split.train,
      valid: split.valid, test: split.test, maxItemListLength: configuration.maxItemListLength,
      digest: digest, warnings: warnings)
  }

  private static func nothingRemains(
    _ file: String, read: Int, _ steps: [Interactions.FilterStep], users: Int
  ) -> InvalidInput {
    let counts = (["\(read) interactions read"] + steps.map(\.description)).joined(separator: ", ")
    let reason =
      users == 0
      ? "the filters leave nothing"
      : "a user needs at least two interactions, and none of the \(users) users that remain "
        + "has an example for training"
    return InvalidInput("'\(file)' gives no training example (\(counts)): \(reason)")
  }

  private static func reorderingWarning(_ timeline: Timeline, users: Int) -> [Diagnostic] {
    let count = timeline.reorderedUserCount
    guard count > 0 else { return [] }
    return [
      Diagnostic(
        .warning,
        "times are sorted as float32, as RecBole does, which changes the order of events of "
          + "\(count) of \(users) users; 'exact_time: True' sorts by the exact time")
    ]
  }
}
