import CKernels

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
