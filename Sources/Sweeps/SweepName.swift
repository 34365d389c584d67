import Foundation
import Literals
import Recommender

/// The rules for the names of sweeps, and for the names of their folders.
package enum SweepName {
  /// The most Unicode scalars of a new name.
  package static let longest = 200
  /// The most bytes of a file name on the usual file systems.
  private static let longestFileName = 255

  /// Returns what is wrong with a name for a new sweep, as the end of "'--sweep' …"; nil if it can be used.
  ///
  /// Sweeps of older files may have any name.
  package static func problem(_ name: String) -> String? {
    let length = name.unicodeScalars.count
    if length == 0 { return "takes a name, found an empty one" }
    if length > longest {
      return "takes a name of at most \(longest) characters, found \(length)"
    }
    guard let character = name.unicodeScalars.first(where: \.isUnprintable) else { return nil }
    return "takes a name in one line without control characters, found "
      + "'\(String(character).printable)' in '\(name.printable)'"
  }

  /// Returns the name of the folder of a sweep beside a database, which never leads to another folder.
  ///
  /// Only letters, digits, `-`, `_` and `.` stay as they are; other characters become `%` and digits. A `~`
  /// is in no other name: it marks a name that has been cut, or one that belongs to a file.
  ///
  /// - Parameter isFile: Returns whether a file, and no folder, has this name beside the database.
  static func folder(
    of sweep: String, database: String, isFile: (String) -> Bool
  ) -> String {
    // Another database in the same folder may have a sweep of the same name.
    let owner = database == "results.db" ? "" : database + "."
    var name = sweep.addingPercentEncoding(withAllowedCharacters: harmless) ?? ""
    if name.hasPrefix(".") { name = "%2E" + name.dropFirst() }
    if name.isEmpty || belongsToFile(owner + name, owner: owner, database: database, isFile) {
      name = "~" + name
    }
    guard (owner + name).utf8.count > longestFileName else { return owner + name }
    let digest = "~\(ContentDigest(of: Data((owner + sweep).utf8)))"
    let room = longestFileName - digest.utf8.count
    // The name of the database may fill the room alone, so both are cut together, at a whole character.
    var start = Substring(owner + name)
    while start.utf8.count > room { start.removeLast() }
    return start + digest
  }

  private static let harmless = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")

  /// Returns whether a name is that of a file, of a companion of the database, or of the folder of a sweep
  /// of another database: `other.db.sweep` beside `other.db`.
  private static func belongsToFile(
    _ name: String, owner: String, database: String, _ isFile: (String) -> Bool
  ) -> Bool {
    // The files that SQLite and this program put beside a database have names such as results.db-wal.
    let isCompanion =
      name.hasPrefix(database + "-") || owner.isEmpty && name.hasPrefix(database + ".")
    if name == database || isCompanion || isFile(name) { return true }
    let owners = name.indices.filter { name[$0] == "." }.map { String(name[..<$0]) }
    return owners.contains { !$0.isEmpty && $0 != database && isFile($0) }
  }
}
