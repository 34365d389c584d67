import Foundation
import Literals

/// The place of a new atomic file. Its file is written aside and then renamed, so that a reader
/// finds the whole file or none.
struct PreparationTarget: Sendable {
  /// As the user wrote it.
  let path: String
  private let replaces: Bool

  /// The bytes that are collected before they are written.
  private static let bufferSize = 1 << 20

  /// Checks, before the long work, that the file can be written.
  init(_ path: String, input: String, replaces: Bool) throws(InvalidInput) {
    self.path = path
    self.replaces = replaces
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard !path.isEmpty, !path.hasSuffix("/"),
      !(manager.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
    else {
      throw InvalidInput("the output is a file such as 'dataset/shop/shop.inter', found '\(path)'")
    }
    if path.hasSuffix(".gz") {
      throw InvalidInput(
        "the output is not compressed, and ends with '.inter', found '\(path)': 'gzip' can compress "
          + "it, and a sweep reads it then, too")
    }
    if let old = try? manager.attributesOfItem(atPath: resolved.path(percentEncoded: false)) {
      if Self.isSame(old, input) {
        throw InvalidInput("the output '\(path)' is the table itself: name another file")
      }
      guard old[.type] as? FileAttributeType == .typeRegular else {
        throw InvalidInput("the output '\(path)' is not a regular file")
      }
      guard replaces else { throw Self.exists(path) }
    }
    var folder = resolved.deletingLastPathComponent()
    while !manager.fileExists(atPath: folder.path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    guard manager.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue,
      manager.isWritableFile(atPath: folder.path)
    else {
      throw InvalidInput("'\(path)' cannot be written: '\(folder.path)' is no writable folder")
    }
  }

  /// Where a sweep finds the file; nil if nowhere.
  var place: DatasetPlace? { DatasetPlace(path) }

  /// Writes the atomic file of a table.
  func write(_ table: PreparedTable, isCancelled: () -> Bool) throws(InvalidInput) {
    let manager = FileManager.default
    let target = resolved
    // Beside the target, because only a rename within one file system is a single step.
    let part = target.deletingLastPathComponent()
      .appending(path: ".\(target.lastPathComponent).part-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: part) }
    do {
      try manager.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: part, options: .withoutOverwriting)
      let handle = try FileHandle(forWritingTo: part)
      defer { try? handle.close() }
      try write(table, to: handle, isCancelled: isCancelled)
      try handle.synchronize()
      if manager.fileExists(atPath: target.path(percentEncoded: false)), !replaces {
        throw Self.exists(path)
      }
      guard rename(part.path(percentEncoded: false), target.path(percentEncoded: false)) == 0
      else {
        throw NSError(domain: NSPOSIXErrorDomain, code: Int(errno))
      }
    } catch let error as InvalidInput {
      throw error
    } catch {
      throw InvalidInput("'\(path)' cannot be written: \(DataFile.reason(error))")
    }
  }

  private func write(
    _ table: PreparedTable, to handle: FileHandle, isCancelled: () -> Bool
  ) throws {
    let fields = DataConfiguration()
    let hasRatings = !table.ratings.isEmpty
    var buffer = Array(
      "\(fields.userField):token\t\(fields.itemField):token\t\(hasRatings ? "rating:float\t" : "")"
        .utf8)
    buffer += Array("\(fields.timeField):float\n".utf8)
    for row in table.users.indices {
      table.userTokens.withToken(table.users[row]) { Self.append($0, to: &buffer) }
      buffer.append(UInt8(ascii: "\t"))
      table.itemTokens.withToken(table.items[row]) { Self.append($0, to: &buffer) }
      buffer.append(UInt8(ascii: "\t"))
      if hasRatings {
        let rating = table.ratings[row]
        if !rating.isNaN { buffer += "\(rating)".utf8 }
        buffer.append(UInt8(ascii: "\t"))
      }
      buffer += table.times[row].decimalText.utf8
      buffer.append(.lineFeed)
      guard buffer.count >= Self.bufferSize else { continue }
      if isCancelled() { throw Preparation.cancellation }
      try handle.write(contentsOf: Data(buffer))
      buffer.removeAll(keepingCapacity: true)
    }
    try handle.write(contentsOf: Data(buffer))
  }

  /// Appends a token, in quotes if pandas, by which RecBole reads the file, would cut it otherwise.
  static func append(_ token: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8]) {
    let needsQuotes =
      token.first == .quote
      || token.contains { $0 == UInt8(ascii: "\t") || $0 == .lineFeed || $0 == .carriageReturn }
    guard needsQuotes else {
      buffer += token
      return
    }
    buffer.append(.quote)
    for byte in token {
      if byte == .quote { buffer.append(.quote) }
      buffer.append(byte)
    }
    buffer.append(.quote)
  }

  /// The file that a symbolic link leads to, so that the link stays one.
  private var resolved: URL { URL(filePath: path).resolvingSymlinksInPath() }

  private static func exists(_ path: String) -> InvalidInput {
    InvalidInput("'\(path)' exists: name another output, or let it be replaced with '--force'")
  }

  private static func isSame(_ attributes: [FileAttributeKey: Any], _ input: String) -> Bool {
    let resolved = URL(filePath: input).resolvingSymlinksInPath().path(percentEncoded: false)
    guard let others = try? FileManager.default.attributesOfItem(atPath: resolved) else {
      return false
    }
    return [.systemNumber, .systemFileNumber].allSatisfy { key in
      (attributes[key] as? NSNumber) == (others[key] as? NSNumber)
    }
  }
}
