import Trials

/// Several brackets of `AshaPruner`, of which each later one begins one rung higher (Hyperband; Li et al.,
/// 2018).
///
/// A draw that depends on the seed and on the number of a point decides its bracket. A trial is compared
/// with those of its own bracket alone.
package struct HyperbandPruner: Pruner {
  /// The weights with which brackets are drawn: ⌈n·rˢ/(s + 1)⌉, of n brackets, for the one with s rungs
  /// more than the last one.
  let allocations: [Int]
  private let brackets: [AshaPruner]
  private let seed: UInt64

  /// - Parameters:
  ///   - minEpochs: The first rung of the first bracket, at least 1.
  ///   - reductionFactor: The ratio r of neighbouring rungs, at least 2.
  ///   - mostEpochs: The most epochs of any trial. If it is a rung, the last bracket never pauses.
  ///   - seed: Decides the brackets of the points.
  package init(
    minEpochs: Int, reductionFactor: Int, mostEpochs: Int, direction: Direction, seed: UInt64
  ) {
    self.seed = seed
    let powers = AshaPruner.powers(
      from: minEpochs, factor: reductionFactor, through: mostEpochs)
    let firsts = powers.isEmpty ? [minEpochs] : powers
    brackets = firsts.map {
      AshaPruner(
        minEpochs: $0, reductionFactor: reductionFactor, mostEpochs: mostEpochs,
        direction: direction)
    }
    var power = 1
    allocations = firsts.indices.map { rungsAbove in
      let places = rungsAbove + 1
      let allocation = (firsts.count.multiplied(by: power).added(to: rungsAbove)) / places
      power = power.multiplied(by: reductionFactor)
      return allocation
    }.reversed()
  }

  /// Returns the bracket of the point with this number.
  func bracket(ofPoint number: Int) -> Int {
    let bits = CounterRandom.bits(seed, UInt64(bitPattern: Int64(number)), Self.stream)
    let total = allocations.reduce(0) { $0.added(to: $1) }
    var rest = Int(bits.multipliedFullWidth(by: UInt64(total)).high)
    return allocations.firstIndex { allocation in
      rest -= allocation
      return rest < 0
    } ?? 0
  }

  private static let stream = CounterRandom.hash("bracket")

  package func firstPause(ofPoint number: Int) -> Int? {
    brackets[bracket(ofPoint: number)].firstPause(ofPoint: number)
  }

  /// Returns the promotion from the highest rung, and of equal ones that of the first bracket. A trial
  /// between two rungs goes before.
  package func promotion(among candidates: [PrunedTrial]) -> Promotion? {
    let parts = Dictionary(grouping: candidates) { bracket(ofPoint: $0.point) }
    var best: Promotion?
    for (bracket, pruner) in brackets.enumerated() {
      guard let promotion = parts[bracket].flatMap(pruner.promotion) else { continue }
      if best.map({ rank(promotion) > rank($0) }) ?? true { best = promotion }
    }
    return best
  }

  private func rank(_ promotion: Promotion) -> Int { promotion.rung ?? .max }
}
