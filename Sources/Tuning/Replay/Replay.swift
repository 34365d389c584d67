import Trials

/// Runs a whole sweep on recorded curves, without threads, files or time.
///
/// The tuner is the one of real sweeps. Decision n sees outcomes up to its horizon only, so it does not
/// matter that all earlier outcomes are known already:
///
///     let history = try Replay.run(tuner) { trial in curves[trial] }
package enum Replay {
  /// A trial of which there is no record.
  package struct MissingRecord: Error, Hashable {
    package let trial: Trial
  }

  /// Returns all decisions and outcomes of the sweep.
  ///
  /// - Parameter curve: Returns the record of a trial; nil if there is none.
  package static func run(
    _ tuner: Tuner, curve: (Trial) -> RecordedCurve?
  ) throws -> History {
    var history = History()
    while case .decide(let decision) = try tuner.next(after: history) {
      guard let recorded = curve(decision.trial) else {
        throw MissingRecord(trial: decision.trial)
      }
      let (outcome, scores) = recorded.outcome(of: decision)
      history.append(decision)
      history.settle(decision.number, as: outcome, scores: scores)
    }
    return history
  }
}
