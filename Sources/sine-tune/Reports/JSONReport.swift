import Foundation
import Literals
import Search
import Tuning

/// Results as JSON, for scripts: names in snake case, keys sorted, one object.
enum JSONReport {
  static func text(_ value: some Encodable, isPretty: Bool = true) throws -> String {
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
struct JSONLiteral: Encodable {
  let literal: Literal

  func encode(to encoder: any Encoder) throws {
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
  var json: [String: JSONLiteral] {
    Dictionary(entries.map { ($0.name, JSONLiteral(literal: $0.value)) }) { $1 }
  }
}

extension [Metric] {
  var json: [String: Double] {
    Dictionary(map { ($0.name, $0.value) }) { $1 }
  }
}
