import Literals
import Trials

/// A ranking metric in RecBole's spelling.
package enum MetricKind: String, Hashable, Sendable, CaseIterable {
  case recall = "Recall"
  case mrr = "MRR"
  case ndcg = "NDCG"
  case hit = "Hit"
  case precision = "Precision"
  case map = "MAP"
  case itemCoverage = "ItemCoverage"
  case averagePopularity = "AveragePopularity"
  case shannonEntropy = "ShannonEntropy"
  case giniIndex = "GiniIndex"
  case tailPercentage = "TailPercentage"

  /// Finds a metric by its name in any case.
  init?(named name: some StringProtocol) {
    let name = name.lowercased()
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// The name under which RecBole reports the metric: `mrr`.
  package var name: String { rawValue.lowercased() }

  /// The better direction: RecBole minimises two of the metrics.
  package var direction: Direction {
    self == .averagePopularity || self == .giniIndex ? .minimize : .maximize
  }
}

/// RecBole's `valid_metric`, such as `MRR@10`.
package struct ValidMetric: Hashable, Sendable, CustomStringConvertible {
  package var kind: MetricKind
  package var k: Int

  package init(kind: MetricKind, k: Int) {
    self.kind = kind
    self.k = k
  }

  /// The name under which the value is reported: `mrr@10`.
  package var description: String { "\(kind.name)@\(k)" }
}

extension ValueKind where Value == MetricKind {
  static let metric = ValueKind(
    "the name of a metric",
    read: { literal throws(ValueProblem) in
      guard case .string(let name) = literal else {
        throw .rule("takes the name of a metric or a list of such, found \(literal.excerpt)")
      }
      guard let kind = MetricKind(named: name) else {
        let names = MetricKind.allCases.map(\.rawValue)
        throw .rule(
          "has no metric \(name.quotedExcerpt), the metrics are \(names.joined(separator: ", "))"
            + Suggestion.phrase(for: name, among: names))
      }
      return kind
    }, write: { .string($0.rawValue) })
}

extension ValueKind where Value == ValidMetric {
  static let validMetric = ValueKind(
    "a metric and a cut-off such as 'MRR@10'",
    read: { literal throws(ValueProblem) in
      guard case .string(let text) = literal else { throw .otherKind("found \(literal.excerpt)") }
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, let k = Int(parts[1]), k > 0 else {
        throw .otherKind("found \(literal.excerpt)")
      }
      let kind = try ValueKind<MetricKind>.metric.read(.string(String(parts[0])))
      return ValidMetric(kind: kind, k: k)
    }, write: { .string("\($0.kind.rawValue)@\($0.k)") })
}
