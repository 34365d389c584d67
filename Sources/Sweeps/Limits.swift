import Foundation

/// The limits of a run that the user or the machine sets. Nil is no limit.
package struct RunLimits: Sendable {
  /// Trials at a time.
  package let jobs: Int
  /// The memory of all trials together.
  package let memory: MemoryLimit?
  /// The time of the run.
  package let timeout: TimeLimit?
  /// The time of one attempt at a trial.
  package let trialTimeout: TimeLimit?
  /// The number of failed trials that ends the run.
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

/// A time limit as users write it: `90`, `90s`, `15m`, `2.5h`, `1d`. A number alone means seconds.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package let duration: Duration

  /// Reads a time; nil if the text is none, or if it is not above 0 and below 1e9 seconds.
  package init?(_ text: String) {
    let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let factor = text.last.flatMap { factors[$0] }
    let digits = factor == nil ? text[...] : text.dropLast()
    guard let number = Double(digits), number > 0, number * (factor ?? 1) < 1e9 else { return nil }
    duration = .seconds(number * (factor ?? 1))
    description = factor == nil ? text + "s" : text
  }
}

/// The memory that the trials of this process may take together.
package struct MemoryLimit: Hashable, Sendable {
  package let bytes: Double

  package init(bytes: Double) {
    self.bytes = bytes
  }

  /// Returns the memory that is available now; nil if the system does not tell.
  ///
  /// It is the least of what the machine, the control groups around this process and its own limits leave.
  ///
  /// - Parameter root: The root of the file system, with a `/` at its end. Tests give another one.
  package static func available(
    root: String = "/", limits: ProcessLimits = .current
  ) -> MemoryLimit? {
    let candidates =
      [machine(root), addressable(root: root, limits: limits)?.bytes].compactMap { $0 }
      + controlGroups(root)
    return candidates.min().map { MemoryLimit(bytes: max($0, 0)) }
  }

  /// Returns the bytes that are available on the machine.
  private static func machine(_ root: String) -> Double? {
    let lines = ControlGroup.text(root + "proc/meminfo")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("MemAvailable:") }
    let words = line?.split(separator: " ") ?? []
    return words.count > 1 ? Double(words[1]).map { $0 * 1024 } : nil
  }

  /// Returns the bytes that each control group leaves, of version 1 and of version 2.
  private static func controlGroups(_ root: String) -> [Double] {
    ControlGroup.all(of: "memory", root: root).compactMap { group in
      let names =
        group.isFirstVersion
        ? ("memory.limit_in_bytes", "memory.usage_in_bytes") : ("memory.max", "memory.current")
      guard let limit = group.number(names.0) else { return nil }
      let used = group.number(names.1) ?? 0
      return limit - max(used - reclaimable(group), 0)
    }
  }

  /// Returns the bytes of cached files, which the system drops as soon as a process needs the memory.
  private static func reclaimable(_ group: ControlGroup) -> Double {
    let lines = group.text("memory.stat")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("inactive_file ") }
    return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
  }
}

/// The limits of this process that `ulimit -v` and `ulimit -d` set, in bytes. Nil is no limit.
package struct ProcessLimits: Sendable {
  /// What the process may address, used or not.
  package var addressSpace: Double?
  /// What it may write to and shares with nobody.
  package var data: Double?
  /// What each further thread takes of both.
  package var stack = 8_388_608.0

  package init() {}

  package static var current: ProcessLimits {
    var limits = ProcessLimits()
    limits.addressSpace = limit(RLIMIT_AS)
    limits.data = limit(RLIMIT_DATA)
    limits.stack = min(limit(RLIMIT_STACK) ?? limits.stack, limits.stack)
    return limits
  }

  private static func limit(_ resource: __rlimit_resource) -> Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return nil }
    return Double(limit.rlim_cur)
  }
}

extension MemoryLimit {
  /// Returns what the limits of this process leave, apart from the stacks of the threads that train; nil
  /// without such limits. More than this no option can grant.
  package static func addressable(
    root: String = "/", limits: ProcessLimits = .current
  ) -> MemoryLimit? {
    guard limits.addressSpace != nil || limits.data != nil else { return nil }
    let fields =
      ControlGroup.text(root + "proc/self/statm")?
      .split(whereSeparator: \.isWhitespace).map { Double($0) ?? 0 } ?? []
    let page = Double(sysconf(Int32(_SC_PAGESIZE)))
    // The first field counts all pages, the sixth those that are written to.
    func left(_ limit: Double?, field: Int) -> Double? {
      limit.map { $0 - (fields.count > field ? fields[field] * page : 0) }
    }
    let least = [left(limits.addressSpace, field: 0), left(limits.data, field: 5)]
      .compactMap { $0 }.min()
    let stacks = Double(CoreShare.cores) * limits.stack
    return least.map { MemoryLimit(bytes: max($0 - stacks, 0)) }
  }

  /// Returns whether the system would give so many bytes now.
  static func isGranted(_ bytes: Double) -> Bool {
    guard bytes < Double(Int.max), bytes >= 1 else { return bytes < 1 }
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let pages = mmap(nil, Int(bytes), PROT_READ | PROT_WRITE, flags, -1, 0),
      pages != MAP_FAILED
    else { return false }
    munmap(pages, Int(bytes))
    return true
  }
}

extension MemoryLimit {
  /// Reads a size such as `2000000000`, `512M` or `3.5G`, with units that are powers of 1024. The result
  /// is nil if the text is no size above 0.
  package init?(_ text: String) {
    let factors: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let factor = text.last.flatMap { factors[Character($0.uppercased())] }
    let digits = factor == nil ? text[...] : text.dropLast()
    guard let number = Double(digits), number > 0, number.isFinite else { return nil }
    bytes = number * (factor ?? 1)
  }
}

extension MemoryLimit: CustomStringConvertible {
  /// The size in units that are powers of 1000: `512 MB`, `3.5 GB`.
  package var description: String {
    if bytes >= 1e15 { return "more than 1000 TB" }
    return bytes >= 1e9
      ? "\((bytes / 1e8).rounded() / 10) GB" : "\(Int((bytes / 1e6).rounded())) MB"
  }
}
