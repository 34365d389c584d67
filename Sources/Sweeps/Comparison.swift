import Foundation
import Storage
import Trials

/// Compares a training with the rows of an earlier one, figure by figure.
///
/// With the same kernel set every bit has to agree. Other kernels round sums differently, and the
/// difference grows with training. There is a tolerance then, and only the epochs of both are compared.
package struct Comparison: Sendable {
  /// The largest difference of an epoch's loss that passes, relative to the loss.
  package static let lossTolerance = 0.01
  /// The largest absolute difference of a metric that passes.
  package static let metricTolerance = 0.05
  /// The most differences that are listed.
  private static let limit = 20

  /// True if every bit has to agree.
  package let isExact: Bool
  /// The number of compared epochs.
  package private(set) var epochs = 0
  /// The figures that do not pass, each in a line. An empty list is a passed comparison.
  package private(set) var differences: [String] = []
  /// The largest relative difference of a loss.
  package private(set) var largestLoss = 0.0
  /// The largest absolute difference of a score or a metric.
  package private(set) var largestMetric = 0.0

  init(isExact: Bool) {
    self.isExact = isExact
  }

  /// Compares an epoch with its row.
  mutating func compare(_ expected: EpochReport, _ found: EpochReport) {
    epochs += 1
    let place = "epoch \(found.epoch): "
    let loss = expected.trainLoss
    check(place + "loss", loss, found.trainLoss, by: abs(found.trainLoss / loss - 1), isLoss: true)
    check(place + "score", expected.validScore, found.validScore)
    compare(place + "validation ", expected.validMetrics, found.validMetrics)
  }

  /// Compares the result of the training with the row of the trial.
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

  /// Notes that the training did not end as the earlier one did.
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
    // A NaN fails this comparison; with `deviation > tolerance` as the failure it would pass.
    let isPassed = isExact ? isSame : isSame || deviation <= tolerance
    if !isPassed { add("\(name): \(expected) in the row, \(found) now") }
  }

  private mutating func add(_ difference: String) {
    if differences.count < Self.limit { differences.append(difference) }
  }

  private func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }
}
