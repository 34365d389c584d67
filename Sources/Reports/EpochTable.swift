import Trials

/// A table of the epochs of one training, written row by row while it trains.
package struct EpochTable {
  private let metricNames: [String]
  private let headings: [String]

  package init(metricNames: [String]) {
    self.metricNames = metricNames
    headings = ["epoch", "train loss", "seconds"] + metricNames
  }

  package var header: String { Self.line(headings, headings) }

  /// Returns the row of an epoch. An epoch without an evaluation has dashes for its metrics.
  package func row(_ report: EpochReport) -> String {
    let metrics = metricNames.map { name in
      Format.score(report.validMetrics.first { $0.name == name }?.value)
    }
    let seconds = Format.seconds(report.trainSeconds + report.evaluationSeconds)
    return Self.line(
      ["\(report.epoch)", Format.loss(report.trainLoss), seconds] + metrics, headings)
  }

  private static func line(_ cells: [String], _ headings: [String]) -> String {
    zip(cells, headings)
      .map { $0.padded(to: max($1.count, 7), onLeft: true) }
      .joined(separator: "  ")
  }
}
