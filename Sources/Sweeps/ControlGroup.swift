import Foundation

/// A control group of this process, or one around it, as folders of the system tell it.
struct ControlGroup {
  let path: String
  /// True for a group of version 1, which has its own hierarchy for each controller.
  let isFirstVersion: Bool

  /// Returns the groups around this process, the innermost first, for a controller such as `memory`.
  ///
  /// - Parameter root: The root of the file system, with a `/` at its end.
  static func all(of controller: String, root: String) -> [ControlGroup] {
    let lines = text(root + "proc/self/cgroup")?.split(separator: "\n") ?? []
    var groups: [ControlGroup] = []
    for line in lines {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isFirst = fields[1].split(separator: ",").contains(Substring(controller))
      guard fields[0] == "0" || isFirst else { continue }
      // The folder of several controllers, `cpu,cpuacct`, usually has links by their single names.
      let names = isFirst ? Set([controller, String(fields[1])]).sorted() : [""]
      for name in names {
        let base = root + "sys/fs/cgroup" + (name.isEmpty ? "" : "/" + name)
        var parts = fields[2].split(separator: "/").map(String.init)
        while true {
          groups.append(
            ControlGroup(
              path: ([base] + parts).joined(separator: "/"), isFirstVersion: isFirst))
          guard parts.popLast() != nil else { break }
        }
      }
    }
    return groups
  }

  /// Returns the text of a file of the group; nil if there is none.
  func text(_ name: String) -> String? { Self.text(path + "/" + name) }

  /// Returns the number in a file of the group; nil if it holds none, such as `max`.
  func number(_ name: String) -> Double? {
    text(name).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// Returns the text of a file of the system, which tells no size; nil if it cannot be read. Every start of
  /// the program reads a few, and Foundation would take a multiple of the time.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &part, part.count)
      if count == 0 { return String(validating: text, as: UTF8.self) }
      guard count > 0 else { return nil }
      text += part[..<count]
    }
  }
}
