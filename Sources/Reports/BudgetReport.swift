import Storage

/// A budget of epochs in words.
package struct BudgetReport {
  private let budget: EpochBudget
  /// The epochs of mean work that the whole grid is expected to take; nil if that is not known.
  private let grid: Double?

  package init(_ budget: EpochBudget, grid: Double? = nil) {
    self.budget = budget
    self.grid = grid
  }

  /// `31 of 240 epochs spent`
  package var spent: String {
    "\(Int(budget.spent)) of \(Format.count(budget.epochs, "epoch")) spent"
  }

  /// What was spent, in epochs that were trained and in epochs of mean work, and what the grid would take.
  package var line: String {
    var text =
      "epochs: \(budget.trained) trained, \(Format.fixed(budget.spent, decimals: 1)) of mean work of "
      + "\(budget.epochs)"
    let over = budget.spent - Double(budget.epochs)
    if over > 0.05 {
      text +=
        ", overspent by \(Format.fixed(over, decimals: 1)) (\(Self.percent(over / Double(budget.epochs))))"
    }
    if let grid, grid > 0 {
      text +=
        "; the whole grid takes about \(Int(grid.rounded())), so this is "
        + Self.percent(budget.spent / grid) + " of it"
    }
    return text
  }

  private static func percent(_ share: Double) -> String {
    Format.fixed(100 * share, decimals: share < 0.1 ? 1 : 0) + " %"
  }

  /// The budget as one JSON object. Epochs are of mean work unless they are `trained`.
  package struct JSON: Encodable {
    let budget: Int
    let spent: Double
    let trained: Int
    let grid: Double?
  }

  package var json: JSON {
    JSON(budget: budget.epochs, spent: budget.spent, trained: budget.trained, grid: grid)
  }
}
