import Foundation
import Storage
import Trials

/// Compares a training with the rows of an earlier one, figure by figure.
///
/// With the same kernels every bit has to agree. Other kernels round sums differently, and training
/// lets that grow: then there is a tolerance, and only the epochs that both have are compared.
package struct Comparison: Sendable {
  /// Of the loss of an epoch, as a part of it.
  package static let lossTolerance = 0.01
  /// Of a metric, absolute.
  package static let metricTolerance = 0.05
  /// Differences that are listed.
  private static let limit = 20

  package let isExact: Bool
  package private(set) var epochs = 0
  package private(set) var differences: [String] = []
  package private(set) var largestLoss = 0.0
  package private(set) var largestMetric = 0.0

  init(isExact: Bool) {
    self.isExact = isExact
  }

  mutating func compare(_ expected: EpochReport, _ found: EpochReport) {
    epochs += 1
    let place = "epoch \(found.epoch): "
    let loss = expected.trainLoss
    check(place + "loss", loss, found.trainLoss, by: abs(found.trainLoss / loss - 1), isLoss: true)
    check(place + "score", expected.validScore, found.validScore)
    compare(place + "validation ", expected.validMetrics, found.validMetrics)
  }

  mutating func compare(_ record: TrialRecord, _ found: TrialResult) {
    guard let expected = record.result else { return }
    if isExact {
      if expected.epochs != found.epochs {
        add("epochs: \(expected.epochs) in the row, \(found.epochs) now")
      }
      if expected.bestEpoch != found.bestEpoch {
        add("best epoch: \(expected.bestEpoch) in the row, \(found.bestEpoch) now")
      }
    }
    check("best score", expected.validScore, found.validScore)
    compare("test ", expected.testMetrics, found.testMetrics)
  }

  /// Notes that the training ended where the other one did not.
  mutating func end(_ reason: String) {
    if isExact { add(reason) }
  }

  private mutating func compare(_ place: String, _ expected: [Metric], _ found: [Metric]) {
    let now = Dictionary(found.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    if expected.count != found.count {
      add("\(place)metrics: \(expected.count) in the row, \(found.count) now")
    }
    for metric in expected { check(place + metric.name, metric.value, now[metric.name]) }
  }

  private mutating func check(_ name: String, _ expected: Double?, _ found: Double?) {
    switch (expected, found) {
    case (nil, nil): break
    case (let expected?, let found?):
      check(name, expected, found, by: abs(expected - found), isLoss: false)
    default:
      add("\(name): \(text(expected)) in the row, \(text(found)) now")
    }
  }

  private mutating func check(
    _ name: String, _ expected: Double, _ found: Double, by deviation: Double, isLoss: Bool
  ) {
    let isSame = expected.bitPattern == found.bitPattern || (expected.isNaN && found.isNaN)
    let tolerance = isLoss ? Self.lossTolerance : Self.metricTolerance
    if !isSame {
      if isLoss {
        largestLoss = max(largestLoss, deviation)
      } else {
        largestMetric = max(largestMetric, deviation)
      }
    }
    // Not a comparison with >, which NaN would pass.
    let isPassed = isExact ? isSame : isSame || deviation <= tolerance
    if !isPassed { add("\(name): \(expected) in the row, \(found) now") }
  }

  private mutating func add(_ difference: String) {
    if differences.count < Self.limit { differences.append(difference) }
  }

  private func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }
}
