/// A point with its trials, as far as the visible outcomes show them.
package struct SeenPoint: Hashable, Sendable {
  package let point: Point
  /// Its trials in the order of their numbers; at least one.
  package let trials: [SeenTrial]

  package init(point: Point, trials: [SeenTrial]) {
    self.point = point
    self.trials = trials
  }
}

extension History {
  /// The points that a strategy may learn from, in the order of their first trials, with the trials of
  /// `seenTrials`. Points that only a user named are among them.
  package var seenPoints: [SeenPoint] {
    trialsOfPoints.compactMap { numbers in
      let trials = numbers.compactMap(seenTrial)
      return trials.first.map { SeenPoint(point: $0.trial.point, trials: trials) }
    }
  }
}
