/// The format of a file that was given in place of a text, known by its first bytes.
struct ForeignFormat: Sendable, CustomStringConvertible {
  /// The noun of a message: `a Parquet file`.
  let name: String
  /// What turns such a file into a text.
  let advice: String
  private let magic: [UInt8]

  private init(_ name: String, _ magic: [UInt8], _ advice: String) {
    self.name = name
    self.magic = magic
    self.advice = advice
  }

  private init(_ name: String, _ magic: String, _ advice: String) {
    self.init(name, Array(magic.utf8), advice)
  }

  /// The end of a message: `a zip archive: unpack it ('unzip') and name the file inside`.
  var description: String { advice.isEmpty ? name : "\(name): \(advice)" }

  /// Recognises a file by its bytes; nil if they may be a text in UTF-8.
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> ForeignFormat? {
    if let known = all.first(where: { bytes.starts(with: $0.magic) }) {
      let start = String(decoding: bytes.prefix(4096), as: UTF8.self)
      let isWorkbook =
        known.name == zip.name
        && ["[Content_Types].xml", "docProps/", "xl/"].contains { start.contains($0) }
      return isWorkbook ? workbook : known
    }
    let start = bytes.prefix(4096)
    guard start.contains(0) else { return nil }
    if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      return ForeignFormat("a tar archive", [], "unpack it ('tar xf') and name the file inside")
    }
    // UTF-16 without a mark: every second byte of ASCII is zero.
    for (offset, encoding) in [(1, "UTF-16LE"), (0, "UTF-16BE")] {
      let pair = start.prefix(64).enumerated().filter { $0.offset % 2 == offset }.map(\.element)
      let other = start.prefix(64).enumerated().filter { $0.offset % 2 != offset }.map(\.element)
      if pair.count > 1, pair.allSatisfy({ $0 == 0 }), !other.contains(0) {
        return ForeignFormat("text in \(encoding)", [], conversion(from: encoding))
      }
    }
    return ForeignFormat("not a text file: it has zero bytes", [], "")
  }

  private static func conversion(from encoding: String) -> String {
    "convert it: 'iconv -f \(encoding) -t UTF-8 OLD > NEW'"
  }

  private static func pandas(_ reader: String) -> String {
    "write it as CSV, in Python: pandas.\(reader)(…).to_csv('shop.csv', index=False); then "
      + "'sine-tune prepare shop.csv'"
  }

  private static let zip = ForeignFormat(
    "a zip archive", "PK\u{3}\u{4}", "unpack it ('unzip') and name the file inside")
  private static let workbook = ForeignFormat(
    "an Excel workbook", [], "save it as CSV UTF-8, then 'sine-tune prepare shop.csv'")

  private static let all = [
    zip,
    ForeignFormat(
      "an Excel workbook or another Office file", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
      workbook.advice),
    ForeignFormat("a Parquet file", "PAR1\u{15}", pandas("read_parquet")),
    ForeignFormat("an Arrow or Feather file", "ARROW1\u{0}", pandas("read_feather")),
    ForeignFormat("an HDF5 file", [0x89, 0x48, 0x44, 0x46], pandas("read_hdf")),
    ForeignFormat("a NumPy file", [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], pandas("DataFrame")),
    ForeignFormat("a Python pickle", [0x80, 0x02], pandas("read_pickle")),
    ForeignFormat("a Python pickle", [0x80, 0x03], pandas("read_pickle")),
    ForeignFormat("a Python pickle", [0x80, 0x04], pandas("read_pickle")),
    ForeignFormat("a Python pickle", [0x80, 0x05], pandas("read_pickle")),
    ForeignFormat(
      "an SQLite database", "SQLite format 3\u{0}",
      "write its table as a text: sqlite3 -csv -header FILE 'SELECT …' > shop.csv, then "
        + "'sine-tune prepare shop.csv'"),
    ForeignFormat("compressed by gzip twice", [0x1F, 0x8B], "decompress it once: 'gzip -d'"),
    ForeignFormat("compressed by bzip2", "BZh91AY", "decompress it: 'bzip2 -d'"),
    ForeignFormat("compressed by xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A], "decompress it: 'xz -d'"),
    ForeignFormat("compressed by zstd", [0x28, 0xB5, 0x2F, 0xFD], "decompress it: 'zstd -d'"),
    ForeignFormat("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF], "unpack it ('7z x')"),
    ForeignFormat("a RAR archive", "Rar!\u{1A}", "unpack it ('unrar x')"),
    // UTF-32LE begins as UTF-16LE does, and so it comes first.
    ForeignFormat("text in UTF-32", [0xFF, 0xFE, 0x00, 0x00], conversion(from: "UTF-32")),
    ForeignFormat("text in UTF-32", [0x00, 0x00, 0xFE, 0xFF], conversion(from: "UTF-32")),
    ForeignFormat("text in UTF-16", [0xFF, 0xFE], conversion(from: "UTF-16")),
    ForeignFormat("text in UTF-16", [0xFE, 0xFF], conversion(from: "UTF-16")),
    ForeignFormat(
      "a pointer of Git LFS", "version https://git-lfs", "fetch the file itself: 'git lfs pull'"),
    ForeignFormat("a web page", "<!DOCTYPE html", "download the file itself"),
    ForeignFormat("a web page", "<!doctype html", "download the file itself"),
    ForeignFormat("a web page", "<html", "download the file itself"),
    ForeignFormat("XML", "<?xml", "write the interactions as CSV"),
    ForeignFormat("JSON", "{", pandas("read_json")),
    ForeignFormat("JSON", "[{", pandas("read_json")),
  ]
}
