/// A point with its trials, as far as the visible outcomes show them.
package struct SeenPoint: Hashable, Sendable {
  package let point: Point
  /// Its trials in the order of their numbers; at least one.
  package internal(set) var trials: [SeenTrial]

  package init(point: Point, trials: [SeenTrial]) {
    self.point = point
    self.trials = trials
  }
}

extension History {
  /// The points that a strategy may learn from, in the order of their first trials, with the trials of
  /// `seenTrials`. Points that only a user named are among them.
  package var seenPoints: [SeenPoint] {
    var places: [Point: Int] = [:]
    var points: [SeenPoint] = []
    for trial in seenTrials {
      if let place = places[trial.trial.point] {
        points[place].trials.append(trial)
      } else {
        places[trial.trial.point] = points.count
        points.append(SeenPoint(point: trial.trial.point, trials: [trial]))
      }
    }
    return points
  }
}
