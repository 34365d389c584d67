/// The texts that pandas reads as a missing value by default, as it does for RecBole.
enum MissingValue {
  static let spellings = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
  ]

  /// A table of the spellings, which have the first numbers. If a token table starts as a copy of
  /// this one, the number of a token tells whether it is a missing value.
  static let table = TokenTable(spellings)

  static func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    table.find(bytes) != nil
  }
}
