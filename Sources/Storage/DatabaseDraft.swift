import Foundation

/// The name under which a process makes a new database before it gives it its place.
struct DatabaseDraft {
  let url: URL

  /// A name that no other draft has.
  init(of file: URL, by owner: ProcessIdentity) {
    url = URL(
      filePath: "\(file.path).new-\(owner.pid)-\(owner.start ?? "")-\(UUID().uuidString)")
  }

  /// Removes what processes that were killed have left.
  static func removeAbandoned(of file: URL, seenFrom viewer: ProcessIdentity = .current) {
    let folder = file.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let prefix = file.lastPathComponent + ".new-"
    for name in names where name.hasPrefix(prefix) {
      let words = name.dropFirst(prefix.count).split(
        separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let pid = Int(words[0]) else { continue }
      let owner = ProcessIdentity(
        host: viewer.host, bootID: viewer.bootID, pidNamespace: viewer.pidNamespace, pid: pid,
        start: words[1].isEmpty ? nil : String(words[1]))
      if !owner.isRunning(seenFrom: viewer) {
        try? FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
  }
}
