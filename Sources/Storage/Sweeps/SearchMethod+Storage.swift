import Foundation
import GRDB
import Search

extension SearchMethod {
  /// The text in the column `sweepRevision.method`: JSON. A method with nothing but its algorithm, as all
  /// had before format 4, is NULL.
  var stored: String? {
    guard self != SearchMethod(algorithm) else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads what `stored` has written.
  init(stored text: String) throws {
    do {
      self = try JSONDecoder().decode(SearchMethod.self, from: Data(text.utf8))
    } catch {
      throw UnexpectedValue(
        place: "sweepRevision.method", found: text.databaseValue,
        expected: "the options of a search")
    }
  }
}
