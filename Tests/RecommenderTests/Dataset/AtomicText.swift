import Foundation
import Literals

@testable import Recommender

/// Atomic files written in a test.
enum AtomicText {
  static let header = "user_id:token\titem_id:token\ttimestamp:float"

  /// A file of `user item time` rows, separated by spaces here and by tabs in the file.
  static func file(_ rows: String...) -> String {
    ([header] + rows.map { $0.replacing(" ", with: "\t") }).joined(separator: "\n") + "\n"
  }

  static func dataset(
    _ text: String, _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws(InvalidInput) -> Dataset {
    try dataset(Data(text.utf8), change)
  }

  static func dataset(
    _ data: Data, _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws(InvalidInput) -> Dataset {
    var configuration = DataConfiguration()
    change(&configuration)
    return try Dataset.parse(data, file: "x.inter", configuration)
  }

  /// The diagnostics of a file, one on each line. The text is empty if the file can be used.
  static func problems(
    _ text: String, _ change: (inout DataConfiguration) -> Void = { _ in }
  ) -> String {
    do {
      _ = try dataset(text, change)
      return ""
    } catch {
      return error.description
    }
  }
}

extension Dataset {
  /// The item tokens of a user in time order.
  func sequence(ofUser token: String) -> [String] {
    guard let user = userTokens.firstIndex(of: token),
      let last = (train + valid + test).filter({ $0.user == Int32(user) }).max(by: {
        $0.start + $0.length < $1.start + $1.length
      })
    else { return [] }
    return (Array(history(of: last)) + [last.target]).map { itemTokens[Int($0)] }
  }
}
