import Literals
import Trials

@testable import Search

/// Returns the point of a space with one parameter 'a'.
func point(_ a: Int) -> Point { Point([.init(name: "a", value: .integer(a))]) }

extension History {
  /// Appends a decision on a point, which continues its trial if it has one.
  mutating func train(
    _ point: Point, seed: Int = 1, until: Int? = nil, purpose: Decision.Purpose = .search
  ) {
    let known = trial(of: point, seed: seed)
    append(
      Decision(
        number: decisions.count,
        trial: Trial(number: known ?? trialCount, point: point, seed: seed),
        from: known.map(epochs(ofTrial:)) ?? 0, until: until, purpose: purpose, revision: revision))
  }

  /// Appends a decision on a point, with its outcome.
  mutating func train(
    _ point: Point, seed: Int = 1, until: Int? = nil, _ kind: Outcome.Kind, epochs: Int = 20,
    score: Double? = nil
  ) {
    train(point, seed: seed, until: until)
    settle(
      decisions.count - 1,
      as: Outcome(kind: kind, epochs: epochs, bestEpoch: 0, score: score, cost: epochs))
  }
}
