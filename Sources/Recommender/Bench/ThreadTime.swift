import Foundation

/// The time that the calling thread has spent on a CPU.
///
/// The work of one thread is measured by this clock, and not by a wall clock, which also counts the
/// time that other programs spend on the same core.
package enum ThreadTime {
  /// The seconds since the thread began.
  package static var seconds: Double {
    var time = timespec()
    let status = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(status == 0, "every platform of this program has the clock")
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Measures the seconds that some work takes.
  package static func measure(_ work: () throws -> Void) rethrows -> Double {
    let start = seconds
    try work()
    return seconds - start
  }
}
