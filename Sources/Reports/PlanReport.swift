import Trials

/// What a run of a sweep would do, with the trials that are left in the order in which they would be started.
/// A dry run shows it.
package struct PlanReport {
  /// A trial that is left.
  package struct Row {
    package let number: Int
    /// The searched values.
    package let values: Point
    /// True if an earlier run has begun the trial.
    package let isKnown: Bool

    package init(number: Int, values: Point, isKnown: Bool) {
      self.number = number
      self.values = values
      self.isKnown = isKnown
    }
  }

  /// A sweep that would go on.
  package struct Existing {
    package let name: String
    package let done: Int
    package let failed: Int
    package let running: Int
    package let outside: Int
    package let spaceChanges: [String]

    package init(
      name: String, done: Int, failed: Int, running: Int, outside: Int, spaceChanges: [String]
    ) {
      self.name = name
      self.done = done
      self.failed = failed
      self.running = running
      self.outside = outside
      self.spaceChanges = spaceChanges
    }
  }

  package let dataset: String
  /// The file with the results; nil if it has not been looked at.
  package let database: String?
  /// The number of cells of the space; nil if it is continuous, or larger than can be counted.
  package let cells: Int?
  package let isDiscrete: Bool
  /// Trials at a time.
  package let jobs: Int
  /// The most epochs of a trial.
  package let epochs: Int
  /// The plan in one line.
  package let summary: String
  package let parameterNames: [String]
  /// The number of trials of the sweep when it is done; nil if a budget of epochs decides it.
  package let total: Int?
  /// The sweep that would go on; nil if one would begin.
  package let sweep: Existing?
  /// The number of trials that are left; nil if a budget of epochs decides it.
  package let left: Int?
  /// The first of them.
  package let rows: [Row]
  /// The memory and the time in words, a line each.
  package let costs: [String]
  /// The expected seconds; nil if there is no estimate.
  package let seconds: Double?

  package init(
    dataset: String, database: String?, cells: Int?, isDiscrete: Bool, jobs: Int, epochs: Int,
    summary: String, parameterNames: [String], total: Int?, sweep: Existing?, left: Int?,
    rows: [Row], costs: [String] = [], seconds: Double? = nil
  ) {
    self.dataset = dataset
    self.database = database
    self.cells = cells
    self.isDiscrete = isDiscrete
    self.jobs = jobs
    self.epochs = epochs
    self.summary = summary
    self.parameterNames = parameterNames
    self.total = total
    self.sweep = sweep
    self.left = left
    self.rows = rows
    self.costs = costs
    self.seconds = seconds
  }

  package var lines: [String] {
    let hasKnown = rows.contains(where: \.isKnown)
    var table = TextTable(
      header: ["trial"] + parameterNames + (hasKnown ? ["state"] : []))
    for row in rows {
      table.append(
        ["\(row.number)"] + parameterNames.map { row.values[$0].map(Format.value) ?? "" }
          + (hasKnown ? [row.isKnown ? "goes on" : "new"] : []))
    }
    let hidden = (left ?? 0) - rows.count
    return [
      "space: \(size) of \(Format.count(parameterNames.count, "parameter"))",
      "plan: \(summary)",
      "data: \(dataset)",
    ] + standing + costs + [""] + (left ?? 1 > 0 ? table.lines : ["nothing is left to train"])
      + (hidden > 0 ? ["… and \(hidden) more"] : [])
  }

  private var size: String {
    if let cells { return Format.count(cells, "cell") }
    return isDiscrete ? "more than \(Int.max) cells" : "continuous, draws"
  }

  private var standing: [String] {
    guard let database else { return [] }
    guard let sweep else { return ["sweep: a new one in \(database)"] }
    var text =
      "sweep: \(sweep.name) in \(database): "
      + (total.map { "\(sweep.done) of \(Format.count($0, "trial")) done" }
        ?? "\(Format.count(sweep.done, "trial")) done")
    if sweep.failed > 0 { text += ", \(sweep.failed) of them failed" }
    if sweep.running > 0 { text += ", \(sweep.running) running elsewhere" }
    if let left { text += ", \(left) left" }
    if sweep.outside > 0 {
      text += "; \(Format.count(sweep.outside, "finished trial")) outside the space not counted"
    }
    if !sweep.spaceChanges.isEmpty {
      text += "; the space changes: " + sweep.spaceChanges.joined(separator: "; ")
    }
    return [text]
  }

  /// The plan as one JSON object.
  package struct JSON: Encodable {
    let dataset: String
    let cells: Int?
    let trials: Int?
    let jobs: Int
    let epochs: Int
    let sweep: String?
    let done: Int
    let left: Int?
    let seconds: Double?
    /// The numbers of the trials in `plan`.
    let numbers: [Int]
    let plan: [[String: JSONLiteral]]
  }

  package var json: JSON {
    JSON(
      dataset: dataset, cells: cells, trials: total, jobs: jobs, epochs: epochs,
      sweep: sweep?.name, done: sweep?.done ?? 0, left: left, seconds: seconds,
      numbers: rows.map(\.number), plan: rows.map(\.values.json))
  }
}
