import Foundation
import Literals

/// Makes an atomic file of a table: of CSV, of a table with another separator, or of an atomic file
/// whose times are dates.
///
///     let result = try Preparation(file: "shop.csv", user: "customer", item: "sku", time: "bought").run()
///
/// The rows are written in the order of their exact times. RecBole rounds times to float32 and then
/// sorts them with a stable sort, so that events keep their order although seconds since 1970 become
/// steps of 128.
package struct Preparation: Sendable {
  package let file: String
  /// The names of columns, or their numbers from 1.
  package let user: String
  package let item: String
  package let time: String
  package var rating: String?
  /// nil for the separator that cuts the first rows into equally many fields.
  package var separator: String?
  package var timeForm = TimeForm.automatic
  /// nil for `usualOutput(forTable:)`.
  package var output: String?
  /// Whether a file that exists is replaced.
  package var replaces = false

  package init(file: String, user: String, item: String, time: String) {
    self.file = file
    self.user = user
    self.item = item
    self.time = time
  }

  /// `dataset/shop/shop.inter` for `shop.csv`: where a sweep looks for it.
  package static func usualOutput(forTable file: String) -> String {
    Dataset.path(ofDataset: stem(ofTable: file), in: DataConfiguration().dataPath)
  }

  /// `shop` for `data/shop.csv` and `data/shop.csv.gz`.
  static func stem(ofTable file: String) -> String {
    var name = file.split(separator: "/").last ?? ""
    if name.hasSuffix(".gz") { name = name.dropLast(3) }
    if let point = name.lastIndex(of: "."), point > name.startIndex { name = name[..<point] }
    return name.isEmpty ? "table" : String(name)
  }

  /// Reads the table and writes the atomic file, or throws all errors and writes nothing.
  ///
  /// - Parameters:
  ///   - isCancelled: called again and again; true ends the work with an error.
  ///   - progress: takes a line from time to time if the work takes long.
  package func run(
    isCancelled: () -> Bool = { false }, progress: (String) -> Void = { _ in }
  ) throws(InvalidInput) -> PreparationResult {
    let target = try PreparationTarget(
      output ?? Self.usualOutput(forTable: file), input: file, replaces: replaces)
    let data = try DataFile.contents(ofFile: file, isCancelled: isCancelled)
    let reading = data.withUnsafeBytes { raw in
      Result { () throws(InvalidInput) in
        let bytes = raw.bindMemory(to: UInt8.self)
        let layout = try TableLayout(bytes, self)
        var reader = TableReader(bytes, layout, self)
        return try reader.read(isCancelled: isCancelled, progress: progress)
      }
    }
    let table = try reading.get()
    try target.write(table, isCancelled: isCancelled)
    return PreparationResult(table, target)
  }

  /// The error of work that was cancelled.
  static let cancellation = InvalidInput("interrupted: nothing was written")

  /// The columns of a table and the command with those that are most likely meant, for a message:
  /// `the columns are 1 'customer', 2 'sku', 3 'bought'; try 'sine-tune prepare …'`.
  package static func columns(ofTable file: String) throws(InvalidInput) -> String {
    let data = try DataFile.contents(ofFile: file)
    return try data.withUnsafeBytes { raw in
      Result { () throws(InvalidInput) in
        let bytes = raw.bindMemory(to: UInt8.self)
        if let format = ForeignFormat.of(bytes) { throw InvalidInput("'\(file)' is \(format)") }
        guard let preview = TablePreview(bytes), let first = preview.rows.first else {
          throw InvalidInput("'\(file)' has no rows")
        }
        let list = first.prefix(20).enumerated()
          .map { "\($0.offset + 1) \(Excerpt(TablePreview.name($0.element)))" }
          .joined(separator: ", ")
        return "the \(preview.hasHeader ? "columns" : "values of the first row") are \(list)"
          + "\(first.count > 20 ? ", …" : ""); try: \(PreparationCommand(of: file, preview))"
      }
    }.get()
  }
}

/// What was written, and remarks about it.
package struct PreparationResult: Sendable {
  /// The path of the atomic file.
  package let output: String
  /// The folder of the data sets and the name of this one, by which a sweep finds the file; nil if
  /// the file does not lie where a data set lies.
  package let place: DatasetPlace?
  package let rows: Int
  package let users: Int
  package let items: Int
  /// The rows that were left out, because they have no user, no item or no time.
  package let droppedRows: Int
  /// The first and the last time as a text in UTC.
  package let firstTime: String
  package let lastTime: String
  /// What the times of the table are, as `--time_format` has it: `iso`, `milliseconds`.
  package let timeForm: String
  package let warnings: [Diagnostic]

  init(_ table: PreparedTable, _ target: PreparationTarget) {
    output = target.path
    place = target.place
    rows = table.users.count
    users = table.userTokens.count - MissingValue.spellings.count
    items = table.itemTokens.count - MissingValue.spellings.count
    droppedRows = table.droppedRows
    firstTime = table.times.first.map(\.utcText) ?? ""
    lastTime = table.times.last.map(\.utcText) ?? ""
    timeForm = table.timeForm
    warnings = table.warnings
  }
}

/// The folder and the name by which a data set is found.
package struct DatasetPlace: Hashable, Sendable {
  package let dataPath: String
  package let name: String

  /// The place of `data/shop/shop.inter`; nil if the path has another form.
  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let file = parts.last, file.hasSuffix(".inter"), parts.count > 1,
      parts[parts.count - 2] == file.dropLast(".inter".count), file != ".inter"
    else { return nil }
    name = String(parts[parts.count - 2])
    let folder = parts.dropLast(2).joined(separator: "/")
    dataPath = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }

  /// True if a sweep looks there without being told.
  package var isUsual: Bool {
    dataPath + "/" == DataConfiguration().dataPath || dataPath == DataConfiguration().dataPath
  }
}
