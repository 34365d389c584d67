import Foundation
import Literals

/// The file of a data set, which gzip may have compressed.
struct DatasetFile: Sendable {
  let path: String
  /// A remark if there are two files, which may differ.
  private(set) var notes: [Diagnostic] = []

  /// Finds `<data_path>/<dataset>/<dataset>.inter`, and otherwise `<dataset>.inter.gz` beside it; nil
  /// if there is neither.
  init?(_ configuration: DataConfiguration) {
    let plain = Dataset.path(ofDataset: configuration.dataset, in: configuration.dataPath)
    let compressed = plain + ".gz"
    let hasPlain = FileManager.default.fileExists(atPath: plain)
    let hasCompressed = FileManager.default.fileExists(atPath: compressed)
    guard hasPlain || hasCompressed else { return nil }
    path = hasPlain ? plain : compressed
    if hasPlain, hasCompressed, !Self.isCopy(compressed, of: plain) {
      notes = [Diagnostic(.note, "'\(plain)' is read, and not '\(compressed)' beside it")]
    }
  }

  /// True if the compressed file looks like what `gzip --keep` makes of the other one: it has the
  /// same time of change and, at its end, the size of the other one.
  private static func isCopy(_ compressed: String, of plain: String) -> Bool {
    let manager = FileManager.default
    guard let attributes = try? manager.attributesOfItem(atPath: plain),
      let others = try? manager.attributesOfItem(atPath: compressed),
      let size = attributes[.size] as? UInt64, let time = attributes[.modificationDate] as? Date,
      let otherTime = others[.modificationDate] as? Date,
      abs(time.timeIntervalSince(otherTime)) < 1,
      // Opening a FIFO would wait.
      others[.type] as? FileAttributeType == .typeRegular,
      let handle = FileHandle(forReadingAtPath: compressed)
    else { return false }
    defer { try? handle.close() }
    guard let end = try? handle.seekToEnd(), end >= 18,
      (try? handle.seek(toOffset: end - 4)) != nil,
      let trailer = try? handle.readToEnd(), trailer.count == 4
    else { return false }
    // The size modulo 2³², the low byte first.
    let written = trailer.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return written == size & 0xFFFF_FFFF
  }
}
