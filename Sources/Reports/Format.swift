import Foundation
import Literals
import Trials

/// Formats numbers and parameters for people.
package enum Format {
  /// Returns a metric as RecBole prints it, with no digits added to the rounded value; a dash for nil.
  package static func score(_ value: Double?) -> String {
    value.map { "\($0)" } ?? "-"
  }

  /// Returns a loss with four decimals, as RecBole prints it.
  package static func loss(_ value: Double) -> String {
    String(format: "%.4f", value)
  }

  package static func seconds(_ value: Double) -> String {
    fixed(value, decimals: 2)
  }

  package static func fixed(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Returns a mean with its deviation: `0.0291 ± 0.0012`.
  package static func spread(_ mean: Double, _ deviation: Double) -> String {
    let parts = spreadParts(mean, deviation)
    return "\(parts.mean) ± \(parts.deviation)"
  }

  /// Returns a mean and its deviation with four decimals, or with as many more as a small deviation needs
  /// for two digits.
  package static func spreadParts(
    _ mean: Double, _ deviation: Double
  ) -> (mean: String, deviation: String) {
    var decimals = 4
    while decimals < 10, deviation > 0, deviation < 10 * pow(0.1, Double(decimals)) {
      decimals += 1
    }
    return (fixed(mean, decimals: decimals), fixed(deviation, decimals: decimals))
  }

  /// Returns hours, minutes and seconds: `0:07`, `12:40`, `3:05:09`.
  package static func clock(_ duration: Duration) -> String {
    let all = max(0, duration.components.seconds)
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, seconds)
      : String(format: "%d:%02d", minutes, seconds)
  }

  /// Returns the value of a parameter, without quotes if it is a string. A very long one is cut.
  package static func value(_ literal: Literal) -> String {
    if case .string(let text) = literal { return text.excerpt }
    return literal.excerpt
  }

  /// Returns a rough time for people: `40 s`, `12 min`, `3.5 h`, `4 days`.
  package static func roughly(seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(max(seconds, 1).rounded())) s"
    case ..<5_400: "\(Int((seconds / 60).rounded())) min"
    case ..<172_800: "\(fixed(seconds / 3600, decimals: 1)) h"
    case ..<8.64e9: "\(Int((seconds / 86_400).rounded())) days"
    default: "more than 100000 days"
    }
  }

  /// Returns the value of a parameter with at most five significant digits, for a view that soon goes
  /// away. Results have all digits.
  package static func shortValue(_ literal: Literal) -> String {
    value(shortened(literal))
  }

  private static func shortened(_ literal: Literal) -> Literal {
    switch literal {
    case .real(let number): .real(Double(String(format: "%.5g", number)) ?? number)
    case .list(let values): .list(values.map(shortened))
    case .tuple(let values): .tuple(values.map(shortened))
    case .dictionary(let entries): .dictionary(entries.mapValues(shortened))
    case .none, .bool, .integer, .string: literal
    }
  }

  /// Returns the values of a point with at most five significant digits.
  package static func shortValues(_ point: Point) -> Point {
    Point(point.entries.map { Point.Entry(name: $0.name, value: shortened($0.value)) })
  }

  /// Returns metrics in one line, as RecBole prints them: `recall@10 : 0.0582    mrr@10 : 0.019`.
  package static func line(_ metrics: [Metric]) -> String {
    metrics.map { "\($0.name) : \($0.value)" }.joined(separator: "    ")
  }

  /// Returns a number with its noun: `1 trial`, `2 trials`.
  package static func count(_ number: Int, _ noun: String) -> String { counted(number, noun) }
}
