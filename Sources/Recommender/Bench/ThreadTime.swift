import Foundation

/// The time that the calling thread has spent on a CPU.
///
/// What one thread computes is measured by it, and not by a clock on the wall: where other programs
/// want the same cores, the wall clock measures them as well.
package enum ThreadTime {
  /// Seconds since the thread began.
  package static var seconds: Double {
    var time = timespec()
    let status = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(status == 0, "every platform of this program has the clock")
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds that some work takes.
  package static func measure(_ work: () throws -> Void) rethrows -> Double {
    let start = seconds
    try work()
    return seconds - start
  }
}
