/// The decisions of a sweep so far, and their outcomes up to a horizon. A strategy sees nothing else.
///
/// A history only grows. Copies share their storage, so a view with an earlier horizon costs nothing:
///
///     var history = History()
///     history.append(decision)
///     history.settle(0, as: outcome)
///     let past = history.seen(upTo: 0)   // has the decision, but not its outcome
package struct History: Sendable {
  private struct Proposed {
    /// The number of the point; nil if no search has proposed it. See `point(_:)`.
    var number: Int?
    /// The place of the point in `trialsByPoint`.
    let place: Int
  }

  package private(set) var decisions: [Decision] = []
  /// The outcomes of decisions 0 ..< `horizon` are visible.
  package private(set) var horizon = Int.max
  /// The revision of the sweep for which decisions are made now.
  package var revision: Int
  /// Decisions 0 ..< `settledCount` all have an outcome, visible or not; the next one has none.
  package private(set) var settledCount = 0

  /// The outcomes by decision number; nil while a decision has none.
  private var outcomes: [Outcome?] = []
  /// The valid scores of the epochs that a decision trained, by decision number. They are empty if the
  /// decision has no outcome, or if nobody asked for curves.
  private var scores: [[Double?]] = []
  /// Element n is the cost of decisions 0 ..< n, for n up to `settledCount`.
  private var costsBefore = [0]
  /// The numbers of a trial's decisions, by trial number.
  private var decisionsByTrial: [[Int]] = []
  private var proposed: [Point: Proposed] = [:]
  /// The numbers of the trials of each point, the points in the order of their first trials.
  private var trialsByPoint: [[Int]] = []
  /// The points that searches have proposed, by the number of the point.
  private var points: [Point] = []
  /// The numbers of the withdrawn decisions, in the order in which they were settled.
  private var withdrawn: [Int] = []
  /// The number of the last decision that a search made.
  private var lastSearch: Int?
  /// The number of the last decision of a search whose point was new.
  private var lastNewPoint: Int?
  /// Whether a trial belongs to what is searched now; nil if every trial does.
  private var isSearched: (@Sendable (Trial) -> Bool)?
  /// Whether a trial lies outside what is searched now, by trial number.
  private var isOutside: [Bool] = []
  /// The number of trials that lie outside what is searched now.
  private var outsideCount = 0

  /// - Parameter isSearched: Returns whether a trial belongs to what is searched now; nil if every trial
  ///   does. It has to be the same for all processes that work on a revision of the sweep.
  package init(revision: Int = 0, isSearched: (@Sendable (Trial) -> Bool)? = nil) {
    self.revision = revision
    self.isSearched = isSearched
  }

  /// Adds the next decision.
  ///
  /// - Precondition: The number of the decision is the count of the decisions before it.
  package mutating func append(_ decision: Decision) {
    precondition(decision.number == decisions.count, "decisions are numbered without gaps")
    let trial = decision.trial
    decisions.append(decision)
    outcomes.append(nil)
    scores.append([])
    while decisionsByTrial.count <= trial.number {
      decisionsByTrial.append([])
      isOutside.append(false)
    }
    if decisionsByTrial[trial.number].isEmpty {
      note(trial, isOutside: isOutside(decision))
      if let known = proposed[trial.point] {
        trialsByPoint[known.place].append(trial.number)
      } else {
        proposed[trial.point] = Proposed(place: trialsByPoint.count)
        trialsByPoint.append([trial.number])
      }
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

  /// Adds the outcome of a decision. A decision that has an outcome keeps it.
  ///
  /// - Parameter scores: The valid scores of the epochs that the decision trained, rounded as RecBole
  ///   rounds them; nil for an epoch without a score. Only strategies that read curves need them.
  package mutating func settle(_ number: Int, as outcome: Outcome, scores: [Double?] = []) {
    guard outcomes[number] == nil else { return }
    outcomes[number] = outcome
    self.scores[number] = scores
    if outcome.kind == .withdrawn { withdrawn.append(number) }
    while settledCount < outcomes.count, let next = outcomes[settledCount] {
      // The trials that confirm a result cost the budget nothing.
      let cost = decisions[settledCount].purpose == .confirm ? 0 : next.cost
      costsBefore.append(costsBefore[settledCount].added(to: cost))
      settledCount += 1
    }
  }

  /// Begins another revision of the sweep.
  ///
  /// - Parameter isSearched: Returns whether a trial belongs to what is searched from now on.
  package mutating func revise(isSearched: @escaping @Sendable (Trial) -> Bool) {
    revision += 1
    self.isSearched = isSearched
    for trial in decisionsByTrial.indices {
      guard let first = decisionsByTrial[trial].first.map({ decisions[$0] }) else { continue }
      note(first.trial, isOutside: isOutside(first))
    }
  }

  /// Returns whether the trial of its first decision is none of what is searched now. One that confirms
  /// a result never is.
  private func isOutside(_ first: Decision) -> Bool {
    first.purpose == .confirm || (isSearched.map { !$0(first.trial) } ?? false)
  }

  private mutating func note(_ trial: Trial, isOutside now: Bool) {
    outsideCount += (now ? 1 : 0) - (isOutside[trial.number] ? 1 : 0)
    isOutside[trial.number] = now
  }

  /// Returns the history as a decision with this horizon sees it.
  package func seen(upTo horizon: Int) -> History {
    var view = self
    view.horizon = horizon
    return view
  }
}

extension History {
  /// Returns the outcome of a decision; nil if it has none, or if it lies beyond the horizon.
  package func outcome(of number: Int) -> Outcome? {
    number < horizon ? outcomes[number] : nil
  }

  /// The number of trials that have a decision. The next new trial gets this number.
  package var trialCount: Int { decisionsByTrial.count }

  /// The number of trials that a budget counts: those that belong to what is searched now and whose last
  /// decision was not withdrawn.
  package var countedTrials: Int {
    decisionsByTrial.count - outsideCount
      - withdrawn.count { isWithdrawn($0) && !isOutside[decisions[$0].trial.number] }
  }

  /// Returns whether the outcome of a decision tells something about what is searched now: its trial
  /// belongs to it, and the decision is not visibly withdrawn.
  package func counts(_ number: Int) -> Bool {
    !isOutside[decisions[number].trial.number] && outcome(of: number)?.kind != .withdrawn
  }

  /// The number of points that searches have proposed. The next new point gets this number.
  package var pointCount: Int { points.count }

  /// Returns the numbers of a trial's decisions, in ascending order.
  package func decisions(ofTrial number: Int) -> [Int] { decisionsByTrial[number] }

  /// Returns the number of the trial with this point and this seed; nil if there is none.
  package func trial(of point: Point, seed: Int) -> Int? {
    trials(of: point).first { trial in
      decisionsByTrial[trial].first.map { decisions[$0].trial.seed } == seed
    }
  }

  /// Returns the outcome of the trial's last decision; nil while it is not visible.
  package func lastOutcome(ofTrial number: Int) -> Outcome? {
    decisionsByTrial[number].last.flatMap(outcome(of:))
  }

  /// Returns the valid scores of a trial's epochs, from its first one on, as far as outcomes show them;
  /// nil for an epoch without a score. It is empty if nobody asked for curves.
  package func scores(ofTrial number: Int) -> [Double?] {
    var curve: [Double?] = []
    for decision in decisionsByTrial[number] {
      guard let outcome = outcome(of: decision) else { continue }
      // A trial that failed is trained again from its start.
      if outcome.kind == .paused || outcome.kind == .complete {
        curve = curve.prefix(decisions[decision].from) + scores[decision]
      }
    }
    return curve
  }

  /// Returns the number of epochs that the next decision of a trial builds on: the epochs of a paused
  /// trial, and 0 for any other.
  package func epochs(ofTrial number: Int) -> Int {
    let outcomes = decisionsByTrial[number].reversed().lazy.compactMap { self.outcome(of: $0) }
    guard let last = outcomes.first(where: { $0.kind != .withdrawn }) else { return 0 }
    return last.kind == .paused ? last.epochs : 0
  }

  /// Returns how many first epochs of a trial a paused outcome was made from. A store never deletes or
  /// changes these epochs.
  package func coveredEpochs(ofTrial number: Int) -> Int {
    decisionsByTrial[number].compactMap(outcome(of:)).filter { $0.kind == .paused }
      .map(\.epochs).max() ?? 0
  }

  /// Returns the point with this number. Points are numbered from 0 in the order in which searches
  /// first proposed them; points that only a user named have no number.
  package func point(_ number: Int) -> Point { points[number] }

  /// Returns whether the point has a trial whose last decision was not withdrawn.
  package func hasTried(_ point: Point) -> Bool {
    trials(of: point).contains { trial in
      decisionsByTrial[trial].last.map { !isWithdrawn($0) } ?? false
    }
  }

  private func trials(of point: Point) -> [Int] {
    proposed[point].map { trialsByPoint[$0.place] } ?? []
  }

  /// Returns the trials of each point, the points in the order of their first trials.
  package var trialsOfPoints: [[Int]] { trialsByPoint }

  /// The trials whose last decision was withdrawn, ordered by this decision.
  package var withdrawnTrials: [Trial] {
    withdrawn.sorted().filter(isWithdrawn).map { decisions[$0].trial }
  }

  /// Returns the lowest number, not below the given one, of a withdrawn decision, visible or not; nil
  /// if there is none.
  package func firstWithdrawn(from number: Int) -> Int? {
    withdrawn.filter { $0 >= number }.min()
  }

  /// The last decision that a search made in this revision of the sweep; nil if there is none yet.
  package var lastSearchOfRevision: Decision? {
    ofRevision(lastSearch)
  }

  /// The last new point that a search proposed in this revision of the sweep; nil if there is none yet.
  package var lastNewPointOfRevision: Point? {
    ofRevision(lastNewPoint)?.trial.point
  }

  private func ofRevision(_ number: Int?) -> Decision? {
    guard let number, decisions[number].revision == revision else { return nil }
    return decisions[number]
  }

  /// Returns the number of a point; nil if no search has proposed it. See `point(_:)`.
  package func number(of point: Point) -> Int? { proposed[point]?.number }

  /// The cost of the visible outcomes plus the charges of all other decisions.
  ///
  /// - Precondition: All decisions before the horizon have an outcome, or the history has no horizon.
  package var committedWork: Int {
    let visible = min(horizon, settledCount)
    return decisions[visible...].reduce(costsBefore[visible]) { $0.added(to: $1.charge) }
  }

  /// Returns whether a decision is the last one of its trial and is visibly withdrawn.
  private func isWithdrawn(_ number: Int) -> Bool {
    outcome(of: number)?.kind == .withdrawn
      && decisionsByTrial[decisions[number].trial.number].last == number
  }
}
