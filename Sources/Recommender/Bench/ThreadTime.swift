import CKernels
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

/// A stopwatch that adds the thread's time since the end of the last stage to the stage that ends.
struct StageStopwatch {
  private(set) var seconds: [StepStage: Double] = [:]
  private var last = ThreadTime.seconds

  mutating func end(_ stage: StepStage) {
    let now = ThreadTime.seconds
    seconds[stage, default: 0] += now - last
    last = now
  }
}

extension KernelSet {
  /// Measures the floating-point operations a second of one core that multiplies and adds with this
  /// set's instructions, on registers alone.
  ///
  /// - Parameter duration: about how many seconds to run; a few milliseconds are enough.
  package func measuredPeak(for duration: Double) -> Double {
    guard let peak = ck_peak_named(table.pointee.name) else { return 0 }
    var steps = 1 << 16
    while true {
      let time = ThreadTime.measure { _ = peak.pointee.run(steps) }
      if time * 2 >= duration {
        return Double(steps * peak.pointee.flopsPerStep) / time
      }
      steps *= 2
    }
  }
}
