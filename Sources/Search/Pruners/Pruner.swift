import Trials

/// Decides where the first trial of a point pauses and which paused trials go on, as a pure function of
/// the history.
///
/// A pruner never stops a running trial. It lets trials pause at rungs, numbers of epochs at which they are
/// compared, and continues those that are worth it.
package protocol Pruner: Sendable {
  /// Returns the number of epochs after which the first trial of the point with this number pauses; nil
  /// trains it to its end.
  func firstPause(ofPoint number: Int) -> Int?

  /// Returns the paused trial that goes on next; nil if none does before more outcomes are visible.
  ///
  /// - Parameter candidates: The first trials of all points, in the order of their numbers.
  func promotion(among candidates: [PrunedTrial]) -> Promotion?
}

/// The first trial of a point, as a pruner sees it.
package struct PrunedTrial: Hashable, Sendable {
  package let seen: SeenTrial
  /// The number of its point.
  package let point: Int
  /// The number of epochs up to which a decision trains it, visible or not; nil trains it to its end.
  package let until: Int?
}

/// The continuation of a paused trial.
package struct Promotion: Hashable, Sendable {
  package let trial: Trial
  /// The next rung; nil trains it to its end.
  package let until: Int?
  /// The rung at which it was compared.
  package let rung: Int
  /// The number of trials that it was compared with, itself included.
  package let competitors: Int
  /// The best trial at this rung that does not go on; nil if there is none.
  package let runnerUp: Trial?
}

/// Which pruner a sweep has.
package enum PrunerKind: String, Hashable, Sendable, Codable, CaseIterable {
  case none
}
