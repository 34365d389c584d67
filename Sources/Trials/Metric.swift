/// A named figure of an evaluation, such as `mrr@10`.
package struct Metric: Hashable, Sendable, Codable {
  package let name: String
  /// Rounded to RecBole's `metric_decimal_place`.
  package let value: Double

  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// Which scores are better: the only place in the program that knows.
package enum Direction: String, Hashable, Sendable, Codable {
  case maximize, minimize

  /// True if a score is strictly better than another. NaN is better than nothing, and nothing is
  /// better than NaN.
  package func isBetter(_ score: Double, than other: Double) -> Bool {
    switch self {
    case .maximize: score > other
    case .minimize: score < other
    }
  }

  /// True if a trial wins over another one: by its score, and of equal scores by its lower number.
  package func ranks(
    _ trial: (score: Double, number: Int), before other: (score: Double, number: Int)
  ) -> Bool {
    trial.score == other.score
      ? trial.number < other.number : isBetter(trial.score, than: other.score)
  }
}
