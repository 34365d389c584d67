import Foundation

/// One figure of an evaluation, under RecBole's name: `mrr@10`.
package struct MetricValue: Hashable, Sendable {
  package let name: String
  /// Rounded to `metric_decimal_place`.
  package let value: Double

  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

extension [MetricValue] {
  /// The value of the metric that decides, nil if it has not been measured.
  package func score(for metric: ValidMetric) -> Double? {
    first { $0.name == metric.description }?.value
  }
}

extension Double {
  /// Rounds as numpy does: scales by a power of ten, rounds half to even, and scales back.
  ///
  /// Python's own `round` rounds the decimal number, which differs in the last place now and then.
  func rounded(decimalPlaces: Int) -> Double {
    let scale = pow(10, Double(decimalPlaces.magnitude))
    let rounded =
      decimalPlaces < 0
      ? (self / scale).rounded(.toNearestOrEven) * scale
      : (self * scale).rounded(.toNearestOrEven) / scale
    return rounded.isFinite ? rounded : self
  }
}
