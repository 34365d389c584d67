import Search
import Trials

/// Trains the recommended point with fresh seeds when a search is over.
///
/// A search reports the best of many scores, which is better than the point deserves. The mean over seeds
/// that no search has used is without this bias. These trials are used for no choice, and no budget
/// counts them.
package struct Confirmation: Sendable {
  /// The first seed. Searches count from the seed of the configuration, which nobody chooses so large.
  package static let firstSeed = 1_000_000_000

  private let seeds: Int
  private let recommended: @Sendable (History) throws -> Point?

  /// - Parameters:
  ///   - seeds: How many seeds the recommended point gets.
  ///   - recommended: Returns the point that a sweep recommends; nil if it has no score.
  package init(
    seeds: Int, recommended: @escaping @Sendable (History) throws -> Point?
  ) {
    self.seeds = seeds
    self.recommended = recommended
  }

  /// Returns the next trial to train; nil if the recommended point has all its seeds.
  func plan(after history: History) throws -> Plan? {
    guard let point = try recommended(history) else { return nil }
    let fresh = (Self.firstSeed..<Self.firstSeed + seeds)
      .first { history.trial(of: point, seed: $0) == nil }
    return fresh.map {
      Plan(point: point, seed: $0, purpose: .confirm, why: Rationale(.confirmation))
    }
  }
}
