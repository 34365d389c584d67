import Foundation
import GRDB
import Trials

extension Rationale {
  /// The text in the column `decision.why`: JSON. A decision of a search that compared nothing has NULL,
  /// since a sweep may have a hundred thousand of them.
  var stored: String? {
    guard self != Rationale(.sampled) else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads what `stored` has written; nil if nobody noted why the decision was made.
  init?(stored text: String?, purpose: Decision.Purpose) throws {
    guard let text else {
      guard purpose == .search else { return nil }
      self.init(.sampled)
      return
    }
    do {
      self = try JSONDecoder().decode(Rationale.self, from: Data(text.utf8))
    } catch {
      throw UnexpectedValue(
        place: "decision.why", found: text.databaseValue, expected: "the reason for a decision")
    }
  }
}
