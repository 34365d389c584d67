import Foundation

/// What bounds a run, as far as the user and the machine set it.
package struct RunLimits: Sendable {
  /// Trials at a time.
  package let jobs: Int
  package let memory: MemoryLimit?
  package let timeout: TimeLimit?
  package let trialTimeout: TimeLimit?
  package let maxFailures: Int?

  package init(
    jobs: Int, memory: MemoryLimit? = nil, timeout: TimeLimit? = nil,
    trialTimeout: TimeLimit? = nil, maxFailures: Int? = nil
  ) {
    self.jobs = jobs
    self.memory = memory
    self.timeout = timeout
    self.trialTimeout = trialTimeout
    self.maxFailures = maxFailures
  }
}

/// A time as users write it: `90`, `90s`, `15m`, `2.5h`.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package let duration: Duration

  package init?(_ text: String) {
    let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let factor = text.last.flatMap { factors[$0] }
    let digits = factor == nil ? text[...] : text.dropLast()
    guard let number = Double(digits), number > 0, number * (factor ?? 1) < 1e9 else { return nil }
    duration = .seconds(number * (factor ?? 1))
    description = factor == nil ? text + "s" : text
  }
}

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

extension MemoryLimit: CustomStringConvertible {
  /// `512 MB`, `3.5 GB`.
  package var description: String {
    if bytes >= 1e15 { return "more than 1000 TB" }
    return bytes >= 1e9
      ? "\((bytes / 1e8).rounded() / 10) GB" : "\(Int((bytes / 1e6).rounded())) MB"
  }
}
