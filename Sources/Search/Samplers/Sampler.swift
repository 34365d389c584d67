import Trials

/// Proposes the points of a sweep one by one, as a pure function of the history. It has no clock, no
/// memory and no random state:
///
///     let sampler = RandomSampler(space: space, seed: 2020)
///     let next = try sampler.point(history.pointCount, after: history)
package protocol Sampler: Sendable {
  /// True if proposals depend on outcomes. A proposal then waits for all outcomes that it may see.
  var readsOutcomes: Bool { get }

  /// Returns the next point, which has not been tried; nil if the space is used up.
  ///
  /// - Parameter number: The number of the point, see `History.point(_:)`. Random draws depend on it.
  func point(_ number: Int, after history: History) throws -> Point?

  /// Returns the next point with the reason for it; nil if the space is used up.
  func proposal(_ number: Int, after history: History) throws -> Proposal?
}

/// A point and why a sampler proposes it.
package struct Proposal: Hashable, Sendable {
  package let point: Point
  package let why: Rationale

  package init(_ point: Point, why: Rationale = Rationale(.sampled)) {
    self.point = point
    self.why = why
  }
}

extension Sampler {
  package func proposal(_ number: Int, after history: History) throws -> Proposal? {
    try point(number, after: history).map { Proposal($0) }
  }
}
