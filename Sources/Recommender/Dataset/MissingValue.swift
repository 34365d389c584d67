/// The texts that pandas reads as a missing value (RecBole leaves its defaults in place).
enum MissingValue {
  static let spellings = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
  ]

  /// A table of the spellings, numbered from 0: a token table that starts as a copy of it tells a
  /// missing value by its number, without another look at the bytes.
  static let table = TokenTable(spellings)

  static func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    table.find(bytes) != nil
  }
}
