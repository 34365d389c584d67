/// The decisions of a sweep so far, and their outcomes up to a horizon: the only thing that a
/// strategy sees.
///
/// A history only grows. Copies share their storage, so that a view with an earlier horizon costs
/// nothing:
///
///     var history = History()
///     history.append(decision)
///     history.settle(0, as: outcome)
///     let past = history.seen(upTo: 0)   // knows of the decision, not of its outcome
package struct History: Sendable {
  private struct Proposed {
    /// Points are numbered in the order in which a search first proposed them; nil for the others.
    var number: Int?
    var trials: [Int] = []
  }

  package private(set) var decisions: [Decision] = []
  /// Outcomes of decisions before this one are visible.
  package private(set) var horizon = Int.max
  /// The revision of the sweep for which decisions are made now.
  package var revision: Int
  /// How many of the first decisions all have an outcome.
  package private(set) var settledCount = 0

  /// By decision number; nil while it is not known.
  private var outcomes: [Outcome?] = []
  /// By decision number, the cost of all decisions before it; as far as outcomes are known.
  private var costsBefore = [0]
  /// Decision numbers, by trial number.
  private var decisionsByTrial: [[Int]] = []
  private var proposed: [Point: Proposed] = [:]
  /// The points that have a number, in its order.
  private var points: [Point] = []
  /// Decisions whose outcome is that they were withdrawn.
  private var withdrawn: [Int] = []
  /// The last decision that a search made.
  private var lastSearch: Int?
  /// The last decision of a search whose point was new.
  private var lastNewPoint: Int?

  package init(revision: Int = 0) {
    self.revision = revision
  }

  /// Adds the next decision.
  package mutating func append(_ decision: Decision) {
    precondition(decision.number == decisions.count, "decisions are numbered without gaps")
    let trial = decision.trial
    decisions.append(decision)
    outcomes.append(nil)
    while decisionsByTrial.count <= trial.number { decisionsByTrial.append([]) }
    if decisionsByTrial[trial.number].isEmpty {
      proposed[trial.point, default: Proposed()].trials.append(trial.number)
    }
    decisionsByTrial[trial.number].append(decision.number)
    guard decision.purpose == .search else { return }
    lastSearch = decision.number
    if proposed[trial.point]?.number == nil {
      proposed[trial.point]?.number = points.count
      points.append(trial.point)
      lastNewPoint = decision.number
    }
  }

  /// Notes the outcome of a decision, which stays as it is from then on.
  package mutating func settle(_ number: Int, as outcome: Outcome) {
    guard outcomes[number] == nil else { return }
    outcomes[number] = outcome
    if outcome.kind == .withdrawn { withdrawn.append(number) }
    while settledCount < outcomes.count, let next = outcomes[settledCount] {
      costsBefore.append(costsBefore[settledCount].added(to: next.cost))
      settledCount += 1
    }
  }

  /// Returns the history as it looks to a decision with this horizon.
  package func seen(upTo horizon: Int) -> History {
    var view = self
    view.horizon = horizon
    return view
  }
}

extension History {
  /// The outcome of a decision; nil if it is not known, or lies beyond the horizon.
  package func outcome(of number: Int) -> Outcome? {
    number < horizon ? outcomes[number] : nil
  }

  /// Trials that have a decision, whatever became of it.
  package var trialCount: Int { decisionsByTrial.count }

  /// Trials whose last decision was not withdrawn, which a budget of trials counts.
  package var trialCountWithoutWithdrawn: Int {
    decisionsByTrial.count - withdrawn.count { isWithdrawn($0) }
  }

  /// Points that a search has proposed. The next new point has this number.
  package var pointCount: Int { points.count }

  /// The numbers of a trial's decisions.
  package func decisions(ofTrial number: Int) -> [Int] { decisionsByTrial[number] }

  /// The number of the trial that has this point and this seed.
  package func trial(of point: Point, seed: Int) -> Int? {
    proposed[point]?.trials.first { trial in
      decisionsByTrial[trial].first.map { decisions[$0].trial.seed } == seed
    }
  }

  /// The trial's last outcome; nil while its last decision has none that is visible.
  package func lastOutcome(ofTrial number: Int) -> Outcome? {
    decisionsByTrial[number].last.flatMap(outcome(of:))
  }

  /// The number of epochs at which a trial goes on.
  package func epochs(ofTrial number: Int) -> Int {
    let outcomes = decisionsByTrial[number].reversed().lazy.compactMap { self.outcome(of: $0) }
    guard let last = outcomes.first(where: { $0.kind != .withdrawn }) else { return 0 }
    return last.kind == .paused ? last.epochs : 0
  }

  /// The epochs of a trial that its outcomes stand on, which are never written again.
  package func coveredEpochs(ofTrial number: Int) -> Int {
    decisionsByTrial[number].compactMap(outcome(of:)).filter { $0.kind == .paused }
      .map(\.epochs).max() ?? 0
  }

  /// The point of a number, in the order in which a search first proposed them.
  package func point(_ number: Int) -> Point { points[number] }

  /// True if a trial of this point has a last decision that was not withdrawn.
  package func hasTried(_ point: Point) -> Bool {
    proposed[point]?.trials.contains { trial in
      decisionsByTrial[trial].last.map { !isWithdrawn($0) } ?? false
    } ?? false
  }

  /// The trials whose last decision was withdrawn, in the order of these decisions.
  package var withdrawnTrials: [Trial] {
    withdrawn.sorted().filter(isWithdrawn).map { decisions[$0].trial }
  }

  /// The number of the first decision from this one on that was withdrawn, visible or not.
  package func firstWithdrawn(from number: Int) -> Int? {
    withdrawn.filter { $0 >= number }.min()
  }

  /// The last decision that a search made in this revision of the sweep.
  package var lastSearchOfRevision: Decision? {
    ofRevision(lastSearch)
  }

  /// The last new point that a search proposed in this revision of the sweep.
  package var lastNewPointOfRevision: Point? {
    ofRevision(lastNewPoint)?.trial.point
  }

  private func ofRevision(_ number: Int?) -> Decision? {
    guard let number, decisions[number].revision == revision else { return nil }
    return decisions[number]
  }

  /// The number of a point, in the order in which a search first proposed them.
  package func number(of point: Point) -> Int? { proposed[point]?.number }

  /// The cost of the outcomes that are visible, and the charges of all other decisions.
  ///
  /// - Precondition: all outcomes up to the horizon are known.
  package var committedWork: Int {
    let visible = min(horizon, settledCount)
    return decisions[visible...].reduce(costsBefore[visible]) { $0.added(to: $1.charge) }
  }

  /// True if this is the last decision of its trial and its visible outcome is that it was withdrawn.
  private func isWithdrawn(_ number: Int) -> Bool {
    outcome(of: number)?.kind == .withdrawn
      && decisionsByTrial[decisions[number].trial.number].last == number
  }
}
