import Foundation
import Literals

/// The rows of an atomic file.
struct InteractionLog: Sendable {
  /// The file's name in messages.
  let file: String
  /// The digest of its bytes.
  let digest: ContentDigest
  fileprivate var table: InteractionFile
  /// Remarks about the file.
  fileprivate let notes: [Diagnostic]

  init(
    _ data: consuming Data, file: String, _ configuration: DataConfiguration,
    notes: [Diagnostic] = []
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
    self.notes = notes
    guard table.interactions.count > 0 else {
      throw InvalidInput(
        "'\(file)' has no interaction: rows with a user, an item and a time follow its header")
    }
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, _ configuration: DataConfiguration
  ) throws(InvalidInput) -> InteractionFile {
    if bytes.isEmpty { throw InvalidInput("'\(file)' is empty: \(AtomicHeader.expectation)") }
    if let format = ForeignFormat.of(bytes) { throw InvalidInput("'\(file)' is \(format)") }
    var scanner = FieldScanner(bytes, separator: configuration.fieldSeparator)
    let header = try AtomicHeader(reading: &scanner, file: file, configuration)
    /// What helps if times are dates, for the messages of the header and of the rows.
    func dateAdvice() -> String {
      let preview = TablePreview(bytes, separator: configuration.fieldSeparator)
      let command = PreparationCommand(repairing: file, preview, configuration)
      return "times are seconds since 1970, into which dates are turned by: \(command)"
    }
    let plan = try ColumnPlan(header, configuration, file: file) { column in
      let preview = TablePreview(bytes, separator: configuration.fieldSeparator)
      return preview?.isDates(column) == true ? dateAdvice() : nil
    }
    var reader = InteractionReader(scanner, plan: plan, file: file, dateAdvice: dateAdvice)
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
      log.notes + log.table.warnings
      + Self.reorderingWarning(timeline, users: users.tokens.count - 1)
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
    let counts =
      ([counted(read, "interaction") + " read"] + steps.map(\.description))
      .joined(separator: ", ")
    let reason =
      switch users {
      case 0: "the filters leave nothing"
      case 1:
        "a user needs at least two interactions, and the only user that remains has no example for "
          + "training"
      default:
        "a user needs at least two interactions, and none of the \(users) users that remain has an "
          + "example for training"
      }
    return InvalidInput("'\(file)' gives no training example (\(counts)): \(reason)")
  }

  private static func reorderingWarning(_ timeline: Timeline, users: Int) -> [Diagnostic] {
    let count = timeline.reorderedUserCount
    guard count > 0 else { return [] }
    return [
      Diagnostic(
        .warning,
        "times are sorted as float32, as RecBole does, which changes the order of events of "
          + "\(count) of \(counted(users, "user")); 'exact_time: True' sorts by the exact time"
      )
    ]
  }
}
