/// Why a decision was made: the rule that made it, and the figures that it compared.
///
/// It is stored with the decision and read by `sine-tune why` alone. No decision looks at it.
package struct Rationale: Hashable, Sendable, Codable {
  package enum Rule: String, Hashable, Sendable, CaseIterable, Codable {
    /// The next cell of the shuffled grid, or a draw that looks at nothing.
    case sampled
    /// A point that is far from all points so far.
    case spread
    /// The greatest ratio of the densities of good and of other points.
    case density
    /// The greatest knowledge gradient for the expected work.
    case gain
    /// A step of the screen: many points for a few epochs, the better half for more.
    case screen
    /// The paused trial that is expected to end best goes on.
    case finish
    /// A paused trial goes on because it is among the best at its rung.
    case promotion
    /// The point has a trial, and gets another seed.
    case replicate
    /// The user named the point.
    case named
    /// The recommended point has no model to deliver before its paused trial has ended.
    case delivery
    /// The recommended point is trained with fresh seeds, to learn its score without bias.
    case confirmation
  }

  /// A choice that was not made.
  package struct Alternative: Hashable, Sendable, Codable {
    package let point: Point
    /// What it would have had in place of `Rationale.value`.
    package let value: Double

    package init(point: Point, value: Double) {
      self.point = point
      self.value = value
    }
  }

  /// The state of the cell model, see `CellModel`. Scores have the unit and the sign of the valid metric.
  package struct Model: Hashable, Sendable, Codable {
    /// The length scale of each parameter, by its name.
    package let lengths: [String: Double]
    /// The share of the additive part of the kernel.
    package let additive: Double
    /// The share of a cell's own effect, which no neighbour knows.
    package let own: Double
    /// The variance of a seed's luck for that of the cells.
    package let noiseRatio: Double
    /// The mean of all cells.
    package let level: Double
    /// The standard deviation of a seed's luck.
    package let noise: Double

    package init(
      lengths: [String: Double], additive: Double, own: Double, noiseRatio: Double, level: Double,
      noise: Double
    ) {
      self.lengths = lengths
      self.additive = additive
      self.own = own
      self.noiseRatio = noiseRatio
      self.level = level
      self.noise = noise
    }
  }

  package let rule: Rule
  /// What the rule compared: the ratio of densities, the gain for an epoch of mean work, the expected
  /// final score of a paused trial, or the score at a rung.
  package var value: Double?
  /// The best choice that was not made; nil if there was none.
  package var runnerUp: Alternative?
  /// How many choices the rule compared.
  package var choices: Int?
  /// What the model expected of the point before the decision; nil without a model.
  package var mean: Double?
  /// The standard deviation of `mean`.
  package var deviation: Double?
  package var model: Model?
  /// The rung at which a promoted trial was compared.
  package var rung: Int?

  package init(_ rule: Rule, value: Double? = nil) {
    self.rule = rule
    self.value = value
  }
}
