import CKernels

extension KernelSet {
  /// Floating-point operations a second that one core does with this set's instructions when nothing
  /// but registers is involved.
  ///
  /// - Parameter duration: seconds to run, about; a few milliseconds are enough.
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
