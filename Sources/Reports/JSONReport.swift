import Foundation
import Literals
import Storage
import Trials

/// Writes results as JSON for scripts, with sorted keys, in snake case unless they say otherwise.
package enum JSONReport {
  package enum Keys {
    case snakeCase, asNamed
  }

  package static func text(
    _ value: some Encodable, isPretty: Bool = true, keys: Keys = .snakeCase
  ) throws -> String {
    let encoder = JSONEncoder()
    if keys == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    // The figures of a diverged trial may be NaN or infinite, which JSON has no numbers for.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// The value of a parameter as JSON. A tuple becomes an array.
package struct JSONLiteral: Encodable {
  let literal: Literal

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch literal {
    case .none: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let values), .tuple(let values):
      try container.encode(values.map(JSONLiteral.init))
    case .dictionary(let entries):
      try container.encode(entries.mapValues(JSONLiteral.init))
    }
  }
}

extension Point {
  package var json: [String: JSONLiteral] {
    Dictionary(entries.map { ($0.name, JSONLiteral(literal: $0.value)) }) { $1 }
  }
}

extension [Metric] {
  var json: [String: Double] {
    Dictionary(map { ($0.name, $0.value) }) { $1 }
  }
}

/// An epoch as JSON.
package struct EpochJSON: Encodable {
  let epoch: Int
  let trainLoss: Double
  let trainSeconds: Double
  let evaluationSeconds: Double
  let validScore: Double?
  let valid: [String: Double]

  package init(_ report: EpochReport) {
    epoch = report.epoch
    trainLoss = report.trainLoss
    trainSeconds = report.trainSeconds
    evaluationSeconds = report.evaluationSeconds
    validScore = report.validScore
    valid = report.validMetrics.json
  }
}

/// The result of a training as JSON. A trial of a sweep adds its number, its parameters and its seed.
package struct TrialJSON: Encodable {
  /// The sweep of the trial, if the JSON stands alone.
  let sweep: String?
  /// The metric of the valid score, and whether it is better to be large, if the JSON stands alone.
  let metric: String?
  let direction: String?
  let trial: Int?
  let parameters: [String: JSONLiteral]?
  let seed: Int?
  let bestEpoch: Int
  let epochs: Int
  let validScore: Double?
  let valid: [String: Double]
  let test: [String: Double]
  /// The kernel set of a training without a sweep; nil for a trial, whose row names it.
  let kernels: String?

  /// Makes the JSON of a training without a sweep.
  package init(_ result: TrialResult, metric: String, direction: Direction) {
    self.init(
      result, trial: nil, parameters: nil, seed: nil, kernels: result.kernels, metric: metric,
      direction: direction)
  }

  /// Makes the JSON of a trial that stands alone, with the name and the metric of its sweep; nil if it has
  /// no result.
  package init?(_ record: TrialRecord, of sweep: SweepRecord) {
    guard let result = record.result else { return nil }
    self.init(
      result, trial: record.trial.number,
      parameters: record.trial.searchedValues(includingSeed: sweep.searchesSeed).json,
      seed: record.trial.seed, kernels: nil, sweep: sweep.name, metric: sweep.validMetric,
      direction: sweep.direction)
  }

  /// Makes the JSON of a trial of a sweep; nil if it has no result.
  package init?(_ record: TrialRecord, searchesSeed: Bool) {
    guard let result = record.result else { return nil }
    self.init(
      result, trial: record.trial.number,
      parameters: record.trial.searchedValues(includingSeed: searchesSeed).json,
      seed: record.trial.seed, kernels: nil)
  }

  private init(
    _ result: TrialResult, trial: Int?, parameters: [String: JSONLiteral]?, seed: Int?,
    kernels: String?, sweep: String? = nil, metric: String? = nil, direction: Direction? = nil
  ) {
    self.sweep = sweep
    self.metric = metric
    self.direction = direction?.rawValue
    self.trial = trial
    self.parameters = parameters
    self.seed = seed
    self.kernels = kernels
    bestEpoch = result.bestEpoch
    epochs = result.epochs
    validScore = result.validScore
    valid = result.validMetrics.json
    test = result.testMetrics.json
  }
}
