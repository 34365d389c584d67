import Foundation

/// The memory that the trials of this process may take.
package struct MemoryLimit: Hashable, Sendable {
  package let bytes: Double

  package init(bytes: Double) {
    self.bytes = bytes
  }

  /// What is available now: the least of the machine's memory and what the control groups leave.
  ///
  /// Nil if the system does not tell.
  package static func available(root: String = "/") -> MemoryLimit? {
    let candidates = [machine(root)].compactMap { $0 } + controlGroups(root)
    return candidates.min().map { MemoryLimit(bytes: max($0, 0)) }
  }

  private static func machine(_ root: String) -> Double? {
    let lines = text(root + "proc/meminfo")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("MemAvailable:") }
    let words = line?.split(separator: " ") ?? []
    return words.count > 1 ? Double(words[1]).map { $0 * 1024 } : nil
  }

  /// What the group of this process and the groups around it leave, in version 1 and 2.
  private static func controlGroups(_ root: String) -> [Double] {
    let lines = text(root + "proc/self/cgroup")?.split(separator: "\n") ?? []
    var folders: [(path: String, isFirstVersion: Bool)] = []
    for line in lines {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isFirst = fields[1].split(separator: ",").contains("memory")
      guard fields[0] == "0" || isFirst else { continue }
      let base = root + "sys/fs/cgroup" + (isFirst ? "/memory" : "")
      var names = fields[2].split(separator: "/")
      while true {
        folders.append((([base] + names.map(String.init)).joined(separator: "/"), isFirst))
        guard names.popLast() != nil else { break }
      }
    }
    return folders.compactMap { folder in
      let names =
        folder.isFirstVersion
        ? ("memory.limit_in_bytes", "memory.usage_in_bytes") : ("memory.max", "memory.current")
      guard let limit = number(folder.path + "/" + names.0) else { return nil }
      let used = number(folder.path + "/" + names.1) ?? 0
      return limit - max(used - reclaimable(folder.path), 0)
    }
  }

  /// File contents that the system drops as soon as someone needs the memory.
  private static func reclaimable(_ folder: String) -> Double {
    let lines = text(folder + "/memory.stat")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("inactive_file ") }
    return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
  }

  private static func number(_ path: String) -> Double? {
    text(path).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}

extension MemoryLimit {
  /// Reads `2000000000`, `512M`, `3.5G`.
  package init?(_ text: String) {
    let factors: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let factor = text.last.flatMap { factors[Character($0.uppercased())] }
    let digits = factor == nil ? text[...] : text.dropLast()
    guard let number = Double(digits), number > 0, number.isFinite else { return nil }
    bytes = number * (factor ?? 1)
  }
}
