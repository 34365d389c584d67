import Trials

/// The plan of a sweep, with every trial in the order in which it would be run. A dry run shows it.
package struct PlanReport {
  package let dataset: String
  /// The number of cells of the space; nil if it is continuous.
  package let cells: Int?
  /// Trials at a time.
  package let jobs: Int
  /// The most epochs of a trial.
  package let epochs: Int
  /// The plan in one line.
  package let summary: String
  package let parameterNames: [String]
  /// The searched values of each trial.
  package let trials: [Point]

  package init(
    dataset: String, cells: Int?, jobs: Int, epochs: Int, summary: String,
    parameterNames: [String], trials: [Point]
  ) {
    self.dataset = dataset
    self.cells = cells
    self.jobs = jobs
    self.epochs = epochs
    self.summary = summary
    self.parameterNames = parameterNames
    self.trials = trials
  }

  package var lines: [String] {
    var table = TextTable(header: ["trial"] + parameterNames)
    for (number, point) in trials.enumerated() {
      table.append(["\(number)"] + parameterNames.map { point[$0].map(Format.value) ?? "" })
    }
    let size = cells.map { Format.count($0, "cell") } ?? "continuous, draws"
    return [
      "space: \(size) of \(Format.count(parameterNames.count, "parameter"))",
      "plan: \(summary)",
      "data: \(dataset)",
      "",
    ] + table.lines
  }

  /// The plan as one JSON object.
  package struct JSON: Encodable {
    let dataset: String
    let cells: Int?
    let trials: Int
    let jobs: Int
    let epochs: Int
    let plan: [[String: JSONLiteral]]
  }

  package var json: JSON {
    JSON(
      dataset: dataset, cells: cells, trials: trials.count, jobs: jobs, epochs: epochs,
      plan: trials.map(\.json))
  }
}
