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

/// Which scores are better. No other place in the program knows.
package enum Direction: String, Hashable, Sendable, Codable {
  case maximize, minimize

  /// Returns whether a score is strictly better than another one; false if one of them is NaN.
  package func isBetter(_ score: Double, than other: Double) -> Bool {
    switch self {
    case .maximize: score > other
    case .minimize: score < other
    }
  }

  /// Returns whether a trial ranks before another one: the better score first, and of equal scores
  /// the lower number.
  package func ranks(
    _ trial: (score: Double, number: Int), before other: (score: Double, number: Int)
  ) -> Bool {
    trial.score == other.score
      ? trial.number < other.number : isBetter(trial.score, than: other.score)
  }

  /// Returns whether a trial ranks before another one, if some have no score: these are the last ones.
  package func ranks(
    _ trial: (score: Double?, number: Int), before other: (score: Double?, number: Int)
  ) -> Bool {
    switch (trial.score, other.score) {
    case (let score?, let otherScore?):
      ranks((score, trial.number), before: (otherScore, other.number))
    case (nil, nil): trial.number < other.number
    case (let score, _): score != nil
    }
  }
}
