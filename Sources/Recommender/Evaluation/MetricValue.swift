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
  /// The figure that decides, nil where it has not been measured.
  package func score(for metric: ValidMetric) -> Double? {
    first { $0.name == metric.description }?.value
  }
}

extension Double {
  /// Rounds as numpy does: scaled by a power of ten, half to even, scaled back.
  ///
  /// Not the decimal rounding of Python's own `round`: the two differ in the last place now and then.
  func rounded(decimalPlaces: Int) -> Double {
    let scale = pow(10, Double(decimalPlaces.magnitude))
    let rounded =
      decimalPlaces < 0
      ? (self / scale).rounded(.toNearestOrEven) * scale
      : (self * scale).rounded(.toNearestOrEven) / scale
    return rounded.isFinite ? rounded : self
  }
}
