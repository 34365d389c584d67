import Foundation

/// A process that no other one can be mistaken for, on this machine or another.
///
/// It decides who owns a running trial. Clocks have no part in it; see `Participant.life(of:)`.
package struct ProcessIdentity: Hashable, Sendable {
  package let host: String
  /// Nil if the platform does not tell.
  package let bootID: String?
  /// The container-wide numbering in which the pid counts.
  package let pidNamespace: String?
  package let pid: Int
  /// In clock ticks since the boot.
  package let start: String?
  /// What the process keeps locked while it works on a file; nil if nobody knows.
  var lock: LockedByte?

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

  /// Whether the pid is that of this process, as its own pid namespace sees it now.
  ///
  /// If `/proc` hides the processes of other users, their owner is not known but the pid is: such a
  /// process counts as running, because a trial must never have two owners.
  var isInProcessTable: Bool {
    guard pid > 0, let number = pid_t(exactly: pid) else { return false }
    if start != nil, let found = Self.entry(of: pid) {
      return !found.hasEnded && found.start == start
    }
    return kill(number, 0) == 0 || errno == EPERM
  }

  /// The start of a running process, as `/proc` tells it; nil if there is no such process or no such file.
  static func startTime(of pid: Int) -> String? {
    entry(of: pid).flatMap { $0.hasEnded ? nil : $0.start }
  }

  /// Fields 3 and 22 of Linux's `/proc/PID/stat`; nil if it cannot be read.
  ///
  /// A process that has ended is gone even if its parent has not asked how: in a container without an
  /// init process nobody ever does.
  private static func entry(of pid: Int) -> (hasEnded: Bool, start: String)? {
    guard let stat = firstLine(of: "/proc/\(pid)/stat") else { return nil }
    // The second field, the command's name, is in parentheses and may hold blanks and parentheses.
    guard let name = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: name)...].split(separator: " ")
    guard fields.count > 19 else { return nil }
    return (fields[0] == "Z" || fields[0] == "X", String(fields[19]))
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
