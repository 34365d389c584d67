import Trials

/// `kg`: spends each epoch where it is expected to raise the score of the recommended cell most.
///
/// A seed's luck decides more than most parameters, so the search learns the *mean* of a cell with a model
/// of all cells, and repeats a cell with another seed if that tells more than a new cell. Runs pause after
/// the patience at which their fate is decided, and a share of the work continues those that promise most.
/// Start: the first cells are far apart and trained to their end. The formulas are those of "kg, exactly"
/// in the notes on noisy search.
package struct KnowledgeGradientSearch: Strategy {
  /// The share of the work after the start that continues paused runs.
  private static let finishingShare = 0.15

  private let settings: SearchContext
  private let candidates: Candidates
  private let screen: Screen?
  /// The work of an epoch of each candidate that is one from the start.
  private let works: [Double]

  /// - Parameters:
  ///   - screens: Begins with many points for a few epochs each; see `Screen`.
  package init(space: SearchSpace, settings: SearchContext, screens: Bool = false) {
    self.settings = settings
    candidates = Candidates(of: space, seed: settings.samplerSeed)
    works = candidates.base.map { Double(settings.workPerEpoch($0)) }
    screen = screens ? Screen(patience: settings.patience, mostEpochs: settings.mostEpochs) : nil
  }

  package var readsOutcomes: Bool { true }
  package var closes: Bool { true }

  package func next(after history: History) -> Advice {
    let state = SearchState(history, candidates, settings)
    if let screen {
      switch screen.next(state, first: spread) {
      case .decide(let plan): return .decide(plan)
      case .needsMore: return .needsMore
      case .done: break
      }
    } else if state.trials.count < max(6, min(settings.lag, 12)) {
      let cell = spread(state.trials.map(\.cell), state)
      return .decide(plan(cell, state, until: nil, why: Rationale(.spread)))
    }
    let observations = observations(state)
    guard !observations.isEmpty else { return .needsMore }
    let pause = screen?.pause ?? state.finals.pause
    if screen == nil, let plan = finish(state) { return .decide(plan) }
    return .decide(gain(state, observations, pause: pause))
  }

  package func closing(after history: History) -> Plan? {
    let state = SearchState(history, candidates, settings)
    let observations = observations(state)
    guard !observations.isEmpty else { return nil }
    let model = CellModel(observations, of: state.kernel)
    let posterior = model.posterior()
    let cell = model.seen.max {
      (posterior.mean[$0], $1) < (posterior.mean[$1], $0)
    }
    let runs = state.trials.filter { $0.cell == cell }
    let best = runs.compactMap { $0.run.flatMap { $0.isComplete ? $0.score : nil } }.max()
    guard let promising = state.mostPromising(among: runs),
      promising.promise > best ?? -.infinity
    else { return nil }
    var why = Rationale(.delivery, value: state.signed(promising.promise))
    why.mean = cell.map { state.signed(posterior.mean[$0]) }
    return state.continuation(of: promising.trial, why: why)
  }

  private func observations(_ state: SearchState) -> [CellModel.Observation] {
    screen?.observations(state) ?? state.finals.observations(of: state.observedRuns)
  }

  // MARK: - The start

  /// Returns the cell that is farthest from those that have been started, of equally far ones the first of
  /// the shuffled order. If none is far, it is the one that has been started least often.
  private func spread(_ started: [Int], _ state: SearchState) -> Int {
    guard !started.isEmpty else { return candidates.order[0] }
    var best = (cell: candidates.order[0], distance: -1.0)
    for cell in candidates.order {
      let distance = started.map { state.cells.distance(cell, $0) }.min() ?? 0
      if distance > best.distance { best = (cell, distance) }
    }
    if best.distance > 0 { return best.cell }
    let counts = Dictionary(started.map { ($0, 1) }, uniquingKeysWith: +)
    return candidates.order.min { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? best.cell
  }

  // MARK: - Continuing paused runs

  /// Returns a plan that continues the most promising paused run, if the share of the work for that is not
  /// used up.
  private func finish(_ state: SearchState) -> Plan? {
    guard let promising = state.mostPromising(among: state.trials) else { return nil }
    let (finishing, beginning) = state.pausedWork
    guard finishing < Self.finishingShare * (finishing + beginning) else { return nil }
    var why = Rationale(.finish, value: state.signed(promising.promise))
    why.choices = promising.choices
    why.runnerUp = promising.runnerUp.map {
      Rationale.Alternative(point: $0.trial.seen.trial.point, value: state.signed($0.promise))
    }
    return state.continuation(of: promising.trial, why: why)
  }

  // MARK: - New runs

  /// Returns a plan for a run of the cell with the greatest gain for its expected work.
  private func gain(
    _ state: SearchState, _ observations: [CellModel.Observation], pause: Int?
  ) -> Plan {
    let posterior = CellModel(observations, of: state.kernel).posterior()
    var covariance = posterior.covariance
    // A pending run's news will come; its value is not known, and the mean stays.
    for trial in state.trials where trial.seen.isPending {
      Self.expect(trial.cell, noise: posterior.noise, in: &covariance, of: posterior.mean.count)
    }
    let gains = KnowledgeGradient.values(
      mean: posterior.mean, covariance: covariance, noise: posterior.noise)
    let epochs = screen == nil ? state.expectedEpochs(until: pause) : nil
    let works =
      works
      + state.cells.points.dropFirst(works.count).map { Double(settings.workPerEpoch($0)) }
    let usualWork = works.mean
    let values = gains.indices.map { cell in
      state.failedCells.contains(cell)
        ? -.infinity
        : gains[cell] / ((epochs?[cell] ?? Double(pause ?? 1)) * works[cell] / usualWork)
    }
    let order = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    let best = order[0]
    var why = Rationale(.gain, value: values[best])
    why.choices = values.count
    why.mean = state.signed(posterior.mean[best])
    why.deviation = max(posterior.variance(best), 0).squareRoot()
    why.model = state.description(of: posterior)
    if order.count > 1, values[order[1]].isFinite {
      why.runnerUp = Rationale.Alternative(
        point: state.cells.points[order[1]], value: values[order[1]])
    }
    return plan(best, state, until: pause, why: why)
  }

  /// Lowers the covariance by what one more run of a cell will tell.
  private static func expect(
    _ cell: Int, noise: Double, in covariance: inout [Double], of count: Int
  ) {
    let row = (0..<count).map { covariance[cell * count + $0] }
    let total = row[cell] + noise
    for i in 0..<count {
      let factor = row[i] / total
      for j in 0..<count { covariance[i * count + j] -= factor * row[j] }
    }
  }

  private func plan(
    _ cell: Int, _ state: SearchState, until: Int?, why: Rationale
  ) -> Plan {
    let point = state.cells.points[cell]
    let most = Double(until ?? settings.mostEpochs)
    let expected = screen == nil ? state.expectedEpochs(until: until)[cell] : most
    return Plan(
      point: point, seed: state.nextSeed(of: point), until: until,
      expectedEpochs: min(expected, most), why: why)
  }
}
