import Foundation
import Storage

/// What the operating system says about the running process.
enum ThisProcess {
  #if os(Linux)
    /// The most resident memory so far in bytes; nil if the system does not tell.
    static var peakMemory: Int? {
      let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      return kilobytes.map { $0 << 10 }
    }

    /// The seconds since the process was started, to a hundredth, with the time to load the program; nil
    /// if the system does not tell.
    static var age: Double? {
      guard let ticks = ProcessIdentity.current.start.flatMap(Double.init) else { return nil }
      var now = timespec()
      guard clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return nil }
      let seconds = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
      return seconds - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  #else
    static var peakMemory: Int? {
      var usage = rusage()
      return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
    }

    static var age: Double? { nil }
  #endif
}
