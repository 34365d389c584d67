import Foundation

/// A process that no other one can be mistaken for, on this machine or another.
///
/// It decides who owns a running trial. Clocks have no part in it: a process is gone when the machine
/// has booted since, or when its pid is free or belongs to a process that started at another time.
package struct ProcessIdentity: Hashable, Sendable {
  package let host: String
  /// Nil if the platform does not tell.
  package let bootID: String?
  /// The container-wide numbering in which the pid counts.
  package let pidNamespace: String?
  package let pid: Int
  /// In clock ticks since the boot.
  package let start: String?

  package init(host: String, bootID: String?, pidNamespace: String?, pid: Int, start: String?) {
    self.host = host
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.start = start
  }

  /// This process.
  package static let current: ProcessIdentity = {
    let pid = Int(getpid())
    return ProcessIdentity(
      host: hostName(), bootID: firstLine(of: "/proc/sys/kernel/random/boot_id"),
      pidNamespace: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"),
      pid: pid, start: startTime(of: pid))
  }()

  /// True if a viewer can tell whether the process still runs.
  func isVisible(from viewer: ProcessIdentity) -> Bool {
    host == viewer.host && pidNamespace == viewer.pidNamespace
  }

  /// Whether the process still runs, as far as a viewer can see.
  ///
  /// A process on another host, or in a container that the viewer cannot look into, counts as running:
  /// a trial must never have two owners.
  func isRunning(seenFrom viewer: ProcessIdentity) -> Bool {
    guard host == viewer.host else { return true }
    if let bootID, let viewed = viewer.bootID, bootID != viewed { return false }
    guard pidNamespace == viewer.pidNamespace else { return true }
    if let start { return start == Self.startTime(of: pid) }
    return kill(pid_t(truncatingIfNeeded: pid), 0) == 0 || errno == EPERM
  }

  /// Field 22 of Linux's `/proc/PID/stat`; nil if there is no such process or no such file.
  ///
  /// A process that has ended is gone even if its parent has not asked how: in a container without an
  /// init process nobody ever does.
  static func startTime(of pid: Int) -> String? {
    guard let stat = firstLine(of: "/proc/\(pid)/stat") else { return nil }
    // The second field, the command's name, is in parentheses and may hold blanks and parentheses.
    guard let name = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: name)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }

  private static func firstLine(of path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
