import Trials

/// What a search with a cell model reads from a history.
struct SearchState {
  struct KnownTrial {
    let seen: SeenTrial
    let cell: Int
    /// Its curve; nil while it has no score.
    let run: ObservedRun?

    /// True if the trial has paused and nothing has been decided on it since.
    var isPaused: Bool { seen.state == .paused && !seen.isPending && run != nil }
  }

  let cells: Cells
  let kernel: CellKernel
  /// The trials of the cells, in the order of their numbers.
  let trials: [KnownTrial]
  let finals: FinalScores
  /// Cells of which runs have failed, and none has a score.
  let failedCells: Set<Int>
  private let history: History
  private let settings: SearchContext

  init(
    _ history: History, _ candidates: Candidates, _ settings: SearchContext
  ) {
    self.history = history
    self.settings = settings
    let seen = history.seenTrials
    let (cells, kernel) = candidates.cells(after: seen, settings.direction)
    (self.cells, self.kernel) = (cells, kernel)
    trials = seen.compactMap { trial in
      cells.index(of: trial.trial.point).map {
        KnownTrial(
          seen: trial, cell: $0, run: history.observedRun(of: trial, settings.direction))
      }
    }
    finals = FinalScores(
      trials.compactMap(\.run), patience: settings.patience, mostEpochs: settings.mostEpochs)
    failedCells = Set(trials.filter { $0.seen.state == .failed }.map(\.cell))
      .subtracting(trials.filter { $0.run != nil }.map(\.cell))
  }

  var observedRuns: [(run: ObservedRun, cell: Int)] {
    trials.compactMap { trial in trial.run.map { ($0, trial.cell) } }
  }

  /// Returns a score as the metric has it: inside, greater is better.
  func signed(_ score: Double) -> Double { settings.direction == .maximize ? score : -score }

  /// Returns the first seed of a point that no trial has.
  func nextSeed(of point: Point) -> Int {
    var seed = settings.seeds[0]
    while history.trial(of: point, seed: seed) != nil { seed += 1 }
    return seed
  }

  struct Promising {
    let trial: KnownTrial
    /// The expected final score. Greater is better.
    let promise: Double
  }

  /// Returns the paused trial that is expected to end best, and the next best; nil if none is paused.
  func mostPromising(
    among trials: [KnownTrial]
  ) -> (trial: KnownTrial, promise: Double, choices: Int, runnerUp: Promising?)? {
    let paused = trials.filter(\.isPaused).compactMap { trial in
      trial.run.map { run in
        Promising(
          trial: trial,
          promise: finals.regression(after: run.epochs).expectation(of: run.score))
      }
    }.sorted {
      ($0.promise, $1.trial.seen.trial.number) > ($1.promise, $0.trial.seen.trial.number)
    }
    guard let first = paused.first else { return nil }
    return (first.trial, first.promise, paused.count, paused.dropFirst().first)
  }

  /// Returns a plan that trains a paused trial to its end.
  func continuation(of trial: KnownTrial, why: Rationale) -> Plan {
    let expected = expectedEpochs(until: nil)[trial.cell] - Double(trial.seen.epochs)
    return Plan(
      point: trial.seen.trial.point, seed: trial.seen.trial.seed,
      expectedEpochs: min(
        max(expected, Double(settings.patience)),
        Double(settings.mostEpochs - trial.seen.epochs)), why: why)
  }

  /// The work of decisions that continue paused runs, and of those that begin runs which pause. Work that
  /// is not visible counts as it is charged.
  var pausedWork: (finishing: Double, beginning: Double) {
    var (finishing, beginning) = (0.0, 0.0)
    for trial in trials {
      for number in history.decisions(ofTrial: trial.seen.trial.number) {
        let decision = history.decisions[number]
        let work = Double(history.outcome(of: number)?.cost ?? decision.charge)
        if decision.from > 0 {
          finishing += work
        } else if let until = decision.until, finals.rungs.contains(until) {
          beginning += work
        }
      }
    }
    return (finishing, beginning)
  }

  /// Returns how many epochs a run of each cell is expected to train, up to a pause.
  ///
  ///     E_c = (Σ_r k′(c, c_r)·e_r + mean e) / (Σ_r k′(c, c_r) + 1)
  ///
  /// over the runs that have ended or reached the pause, with a smooth kernel k′.
  func expectedEpochs(until pause: Int?) -> [Double] {
    let end = pause ?? settings.mostEpochs
    let known = observedRuns.filter { $0.run.isComplete || $0.run.epochs >= end }
      .map { (cell: $0.cell, epochs: Double(min($0.run.epochs, end))) }
    let mean = known.isEmpty ? 30 : known.map(\.epochs).mean
    let theta = CellKernel.Parameters(smoothFor: kernel.dimensions)
    let likeness = kernel.matrix(theta, rows: known.map(\.cell), columns: Array(0..<cells.count))
    return (0..<cells.count).map { cell in
      var (sum, weight) = (mean, 1.0)
      for (row, run) in known.enumerated() {
        let share = likeness[row * cells.count + cell]
        sum += share * run.epochs
        weight += share
      }
      return sum / weight
    }
  }

  /// Returns the state of a model for `why`.
  func description(of posterior: CellModel.Posterior) -> Rationale.Model {
    let theta = posterior.parameters
    let names = cells.points.first?.entries.map(\.name) ?? []
    return Rationale.Model(
      lengths: Dictionary(
        zip(names, theta.lengths.map { CellKernel.Grid.lengths[$0] }),
        uniquingKeysWith: { first, _ in first }),
      additive: theta.additive, own: theta.own, noiseRatio: theta.noise,
      level: signed(posterior.level), noise: posterior.noise.squareRoot())
  }
}
