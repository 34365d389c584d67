import Search
import Storage
import Trials
import Tuning

/// What a run of a sweep would do now, without doing it.
package struct SweepOutlook: Sendable {
  /// A trial that a run would train.
  package struct Upcoming: Sendable {
    package let trial: Trial
    /// True if an earlier run has begun it, or if it failed and is tried once more.
    package let isKnown: Bool
  }

  /// The sweep that would go on; nil if one would begin.
  package let sweep: String?
  package let method: SearchMethod
  /// Finished trials of the space.
  package let done: Int
  /// Failed trials among them.
  package let failed: Int
  /// Trials that other processes train now.
  package let running: Int
  /// Finished trials that lie outside the space.
  package let outside: Int
  /// How the space differs from the one of the last run.
  package let spaceChanges: [String]
  /// The number of trials that are left to this process; nil if a budget of epochs decides it.
  package let left: Int?
  /// The work that is left of a budget of epochs; nil if there is none.
  package let leftWork: Int?
  /// The first of them, with the numbers that they will have, in the order in which they would be started.
  package let next: [Upcoming]
}

extension SweepPlan {
  /// Returns what a run would do.
  ///
  /// An early stop may leave out trials: it depends on scores that are not known yet.
  ///
  /// - Parameters:
  ///   - sweep: The sweep that would go on; nil if one would begin.
  ///   - limit: The most trials that are listed. A space may have any number.
  package func outlook(
    of sweep: StoredSweep?, datasets: DatasetCache, retriesFailed: Bool = false, limit: Int
  ) throws -> SweepOutlook {
    let standing = try sweep?.standing(retriesFailed: retriesFailed)
    let method = sweep?.method ?? request.wishes.method(of: space, stored: nil)
    let waiting = standing?.waiting ?? []
    var history = standing?.history ?? History()
    let new = total.map { max($0 - history.countedTrials, 0) }
    var next = waiting.prefix(limit).map {
      SweepOutlook.Upcoming(trial: $0.trial, isKnown: true)
    }
    let tuner = Tuner(
      strategy: method.strategy(
        of: space, context(of: method, lag: sweep?.lag ?? 1, datasets)),
      direction: direction, lag: sweep?.lag ?? 1, budget: budget(on: datasets), epochs: mostEpochs,
      workPerEpoch: workPerEpoch(on: datasets))
    while next.count < limit, case .decide(let decision) = try tuner.next(after: history) {
      let isKnown = decision.trial.number < history.trialCount
      history.append(decision)
      next.append(SweepOutlook.Upcoming(trial: decision.trial, isKnown: isKnown))
    }
    return SweepOutlook(
      sweep: sweep?.name, method: method, done: standing?.done ?? 0,
      failed: standing?.failed ?? 0, running: standing?.running ?? 0,
      outside: standing?.outside ?? 0, spaceChanges: sweep?.spaceChanges ?? [],
      left: new.map { waiting.count + $0 },
      leftWork: budget(on: datasets).work.map { work in
        max(work - (standing?.history.committedWork ?? 0), 0)
      },
      next: next)
  }
}
