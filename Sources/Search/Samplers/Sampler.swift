import Trials

/// Proposes the points of a sweep, one by one, from the history alone: no clock, no memory, no
/// random state.
///
///     let sampler = RandomSampler(space: space, seed: 2020)
///     let next = try sampler.point(history.pointCount, after: history)
package protocol Sampler: Sendable {
  /// True if proposals depend on outcomes, so that each has to wait for the outcomes it may see.
  var readsOutcomes: Bool { get }

  /// The new point with this number, counted over the points that the sweep's searches have
  /// proposed; nil if the space is used up.
  func point(_ number: Int, after history: History) throws -> Point?
}
