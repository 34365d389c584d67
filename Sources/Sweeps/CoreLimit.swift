import Foundation

/// The cores that this process may use.
enum CoreLimit {
  /// Returns the least of the cores that the process may run on (`taskset`) and of the time that the
  /// control groups around it grant, in whole cores; at least 1.
  ///
  /// - Parameter root: The root of the file system, with a `/` at its end. Tests give another one.
  static func available(root: String = "/") -> Int {
    let allowed = allowed(root) ?? ProcessInfo.processInfo.activeProcessorCount
    // A started core is a core: otherwise time that is granted would not be used.
    let quotas = ControlGroup.all(of: "cpu", root: root).compactMap(quota)
      .map { Int(min($0.rounded(.up), 1e6)) }
    return max(1, min(allowed, quotas.min() ?? allowed))
  }

  /// Returns the quota of a group in cores; nil if it has none.
  private static func quota(_ group: ControlGroup) -> Double? {
    var quota: Double?
    var period: Double?
    if group.isFirstVersion {
      quota = group.number("cpu.cfs_quota_us")
      period = group.number("cpu.cfs_period_us")
    } else {
      let words = group.text("cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
      quota = words.first.flatMap { Double($0) }
      period = words.dropFirst().first.flatMap { Double($0) }
    }
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period
  }

  /// Returns the number of cores that the process may run on; nil if the system does not tell. Foundation
  /// counts those of the machine.
  private static func allowed(_ root: String) -> Int? {
    let lines = ControlGroup.text(root + "proc/self/status")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("Cpus_allowed:") }
    // A mask in hexadecimal digits, with a comma after each eight of them.
    let mask = line?.split(whereSeparator: \.isWhitespace).last ?? ""
    let count = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }
}
