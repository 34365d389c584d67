import Foundation
import Literals
import Storage
import Trials

/// Results as JSON, for scripts: names in snake case, keys sorted, one object.
package enum JSONReport {
  package static func text(_ value: some Encodable, isPretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    // Scores of a diverged trial may be no numbers, which JSON cannot say.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// A value of a parameter as JSON: tuples become arrays.
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

/// The end of a training as JSON; of a trial of a sweep with its number, its point and its seed.
package struct TrialJSON: Encodable {
  let trial: Int?
  let parameters: [String: JSONLiteral]?
  let seed: Int?
  let bestEpoch: Int
  let epochs: Int
  let validScore: Double?
  let valid: [String: Double]
  let test: [String: Double]
  /// Only of a training that has no row to ask.
  let kernels: String?

  /// A training by itself.
  package init(_ result: TrialResult) {
    self.init(result, trial: nil, parameters: nil, seed: nil, kernels: result.kernels)
  }

  /// A trial of a sweep; nil if it has no result.
  package init?(_ record: TrialRecord, searchesSeed: Bool) {
    guard let result = record.result else { return nil }
    self.init(
      result, trial: record.trial.number,
      parameters: record.trial.searchedValues(includingSeed: searchesSeed).json,
      seed: record.trial.seed, kernels: nil)
  }

  private init(
    _ result: TrialResult, trial: Int?, parameters: [String: JSONLiteral]?, seed: Int?,
    kernels: String?
  ) {
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
