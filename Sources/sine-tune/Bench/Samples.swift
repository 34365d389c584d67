/// Repeated measurements of one quantity.
///
/// The median is what counts: on a machine that others use, the mean measures the others as well.
struct Samples: Hashable, Sendable {
  private(set) var values: [Double] = []

  mutating func append(_ value: Double) {
    values.append(value)
  }

  /// 0 where nothing was measured.
  var median: Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  var least: Double { values.min() ?? 0 }
}

/// Seconds that some work takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure { try work() } / .seconds(1)
}
