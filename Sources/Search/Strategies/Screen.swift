import Trials

/// `--screen`: the start of a search that has epochs for a few runs only.
///
/// Twelve cells far apart train for a few epochs, the better half of them for three times as many, and the
/// better quarter for two patiences, after which every later run pauses as well. The model then compares best
/// scores of the first two patiences instead of final ones.
struct Screen: Sendable {
  private static let cells = 12
  /// What a run weighs that the screen has left behind, for one that reached the pause.
  private static let leftBehind = 1.0 / 3

  /// The epochs after which every run pauses.
  let pause: Int
  /// The epochs and the number of runs of each stage.
  private let stages: [(epochs: Int, runs: Int)]

  /// - Parameters:
  ///   - patience: The epochs without a better score after which a run ends by itself.
  init(patience: Int, mostEpochs: Int) {
    pause = min(2.multiplied(by: max(patience, 1)), mostEpochs)
    let first = min(3, pause)
    let second = min(9, pause)
    stages = [(first, Self.cells), (second, Self.cells / 2), (pause, Self.cells / 4)]
  }

  /// Returns the next step of the screen; `done` when it is over.
  ///
  /// - Parameter first: Returns the next cell of a start that fills the space.
  func next(_ state: SearchState, first: ([Int], SearchState) -> Int) -> Advice {
    let screened = Array(state.trials.prefix(Self.cells))
    if screened.count < min(Self.cells, state.cells.count) {
      let cell = first(screened.map(\.cell), state)
      return .decide(
        plan(state.cells.points[cell], seed: state.nextSeed(of: state.cells.points[cell]), stage: 0)
      )
    }
    for stage in 1..<stages.count {
      // A stage compares all runs of the one before.
      let before = stages[stage - 1].epochs
      let entered = Array(ranked(screened, at: stage - 1).prefix(stages[stage - 1].runs))
      guard entered.allSatisfy({ hasReached(before, $0) }) else { return .needsMore }
      for trial in ranked(entered, after: before).prefix(stages[stage].runs)
      where trial.isPaused && trial.seen.epochs < stages[stage].epochs {
        return .decide(plan(trial.seen.trial.point, seed: trial.seen.trial.seed, stage: stage))
      }
    }
    let last = stages[stages.count - 1]
    let entered = ranked(screened, at: stages.count - 1).prefix(last.runs)
    return entered.allSatisfy { hasReached(last.epochs, $0) } ? .done : .needsMore
  }

  /// The runs that enter a stage, the best first: those that the stages before have kept.
  private func ranked(
    _ trials: [SearchState.KnownTrial], at stage: Int
  ) -> [SearchState.KnownTrial] {
    var kept = trials
    for earlier in 0..<stage {
      kept = Array(
        ranked(kept, after: stages[earlier].epochs).prefix(stages[earlier + 1].runs))
    }
    return kept
  }

  private func ranked(
    _ trials: [SearchState.KnownTrial], after epochs: Int
  ) -> [SearchState.KnownTrial] {
    func score(_ trial: SearchState.KnownTrial) -> Double {
      trial.run?.score(after: epochs) ?? -.infinity
    }
    return trials.sorted {
      (score($0), $1.seen.trial.number) > (score($1), $0.seen.trial.number)
    }
  }

  /// Returns whether a trial has a visible outcome at this epoch or has ended before.
  private func hasReached(_ epochs: Int, _ trial: SearchState.KnownTrial) -> Bool {
    switch trial.seen.state {
    case .complete, .failed: true
    case .paused: trial.seen.epochs >= epochs
    case .begun: false
    }
  }

  private func plan(_ point: Point, seed: Int, stage: Int) -> Plan {
    let before = stage == 0 ? 0 : stages[stage - 1].epochs
    var why = Rationale(.screen)
    why.rung = stages[stage].epochs
    return Plan(
      point: point, seed: seed, until: stages[stage].epochs,
      expectedEpochs: Double(stages[stage].epochs - before), why: why)
  }

  /// Returns what runs tell of the best score of their first epochs up to the pause. A run that the screen
  /// has left behind gains as much as the others did.
  func observations(_ state: SearchState) -> [CellModel.Observation] {
    let known = state.observedRuns
    let whole = known.filter { $0.run.isComplete || $0.run.epochs >= pause }
    let cells = Set(whole.map(\.cell))
    var observations = whole.map {
      CellModel.Observation(cell: $0.cell, value: $0.run.score(after: pause), precision: 1)
    }
    for (run, cell) in known
    where !run.isComplete && run.epochs < pause && !cells.contains(cell) && run.score.isFinite {
      let gains = whole.filter { $0.run.epochs > run.epochs }
        .map { $0.run.score(after: pause) - $0.run.score(after: run.epochs) }
      observations.append(
        CellModel.Observation(
          cell: cell, value: run.score + gains.mean, precision: Self.leftBehind))
    }
    return observations
  }
}
