import Trials

/// Decides where the first trial of a point pauses and which paused trials go on, as a pure function of
/// the history.
///
/// A pruner never stops a running trial. It lets trials pause at rungs, numbers of epochs at which they are
/// compared, and continues those that are worth it:
///
///     let until = pruner.firstPause(ofPoint: history.pointCount)    // for a new trial
///     let plan = pruner.plan(after: history, seed: seed)            // continues a paused one
package protocol Pruner: Sendable {
  /// Returns the number of epochs after which the first trial of the point with this number pauses; nil
  /// trains it to its end.
  func firstPause(ofPoint number: Int) -> Int?

  /// Returns the paused trial that goes on next; nil if none does before more outcomes are visible.
  ///
  /// - Parameter candidates: The first trials of all points, in the order of their numbers.
  func promotion(among candidates: [PrunedTrial]) -> Promotion?
}

extension Pruner {
  /// Returns a plan that continues a paused trial; nil if none goes on now.
  ///
  /// - Parameter seed: The training seed of the first trial of every point.
  func plan(after history: History, seed: Int) -> Plan? {
    let candidates = (0..<history.pointCount).compactMap {
      PrunedTrial(ofPoint: $0, seed: seed, in: history)
    }
    guard let promotion = promotion(among: candidates) else { return nil }
    var why = Rationale(.promotion, value: history.seenTrial(promotion.trial.number)?.score)
    why.rung = promotion.rung
    why.choices = promotion.competitors
    if let other = promotion.runnerUp, let score = history.seenTrial(other.number)?.score {
      why.runnerUp = Rationale.Alternative(point: other.point, value: score)
    }
    return Plan(
      point: promotion.trial.point, seed: promotion.trial.seed, until: promotion.until, why: why)
  }
}

/// The first trial of a point, as a pruner sees it.
package struct PrunedTrial: Hashable, Sendable {
  /// What a visible outcome says of the epochs up to it.
  package struct Standing: Hashable, Sendable {
    package let epochs: Int
    /// The best valid score of these epochs; nil if they have none.
    package let score: Double?

    package init(epochs: Int, score: Double?) {
      self.epochs = epochs
      self.score = score
    }
  }

  package let seen: SeenTrial
  /// The number of its point.
  package let point: Int
  /// The number of epochs up to which a decision trains it, visible or not; nil trains it to its end.
  package let until: Int?
  /// Its visible pauses, and its end if it is complete, from the first to the last one.
  package let standings: [Standing]

  /// The number of the trial.
  var number: Int { seen.trial.number }

  /// True if the trial waits to be continued.
  var isPaused: Bool { seen.state == .paused && !seen.isPending }

  package init(seen: SeenTrial, point: Int, until: Int?, standings: [Standing]) {
    self.seen = seen
    self.point = point
    self.until = until
    self.standings = standings
  }

  /// The trial of a point with this seed; nil if there is none that a strategy may learn from.
  init?(ofPoint number: Int, seed: Int, in history: History) {
    guard let trial = history.trial(of: history.point(number), seed: seed),
      let seen = history.seenTrial(trial), let last = history.decisions(ofTrial: trial).last
    else { return nil }
    let outcomes = history.decisions(ofTrial: trial).compactMap(history.outcome(of:))
    self.init(
      seen: seen, point: number, until: history.decisions[last].until,
      standings: outcomes.filter { $0.kind == .paused || $0.kind == .complete }
        .map { Standing(epochs: $0.epochs, score: $0.score) })
  }
}

/// The continuation of a paused trial.
package struct Promotion: Hashable, Sendable {
  package let trial: Trial
  /// The next rung; nil trains it to its end.
  package let until: Int?
  /// The rung at which it was compared; nil if it has paused between two rungs and goes on to the next one.
  package let rung: Int?
  /// The number of trials that it was compared with, itself included; nil if it was not compared.
  package let competitors: Int?
  /// The best of the worse trials that wait at this rung; nil if there is none.
  package let runnerUp: Trial?

  package init(trial: Trial, until: Int?, rung: Int?, competitors: Int?, runnerUp: Trial?) {
    self.trial = trial
    self.until = until
    self.rung = rung
    self.competitors = competitors
    self.runnerUp = runnerUp
  }
}
