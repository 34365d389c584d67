import Trials

/// Asynchronous successive halving by promotion (Li et al., 2020).
///
/// Every trial pauses at the rungs m, m·r, m·r², … below the most epochs. Of the n trials that have reached
/// a rung, those among the best ⌊n/r⌋ go on to the next one. Rungs are looked at from the last one down.
///
/// A trial is compared by its best score up to the rung. One that has ended by itself below a rung, but
/// above the rung before, counts there with its score: it takes a place among the best and does not go on.
/// A failed trial counts at the rungs that it has reached.
package struct AshaPruner: Pruner {
  /// The numbers of epochs at which trials pause, in ascending order.
  package let rungs: [Int]
  private let reductionFactor: Int
  private let direction: Direction

  /// - Parameters:
  ///   - minEpochs: The first rung, at least 1. If trials are not evaluated in every epoch, it is a
  ///     multiple of the epochs between two evaluations.
  ///   - reductionFactor: The ratio r of neighbouring rungs, at least 2.
  ///   - mostEpochs: The most epochs of any trial.
  package init(minEpochs: Int, reductionFactor: Int, mostEpochs: Int, direction: Direction) {
    self.init(
      rungs: Self.powers(from: minEpochs, factor: reductionFactor, through: mostEpochs)
        .filter { $0 < mostEpochs },
      reductionFactor: reductionFactor, direction: direction)
  }

  init(rungs: [Int], reductionFactor: Int, direction: Direction) {
    self.rungs = rungs
    self.reductionFactor = reductionFactor
    self.direction = direction
  }

  /// Returns first, first·factor, first·factor², … up to a last number, by integers alone.
  static func powers(from first: Int, factor: Int, through last: Int) -> [Int] {
    precondition(first > 0 && factor > 1, "rungs grow")
    var powers: [Int] = []
    var next = first
    while next <= last {
      powers.append(next)
      let (product, overflow) = next.multipliedReportingOverflow(by: factor)
      if overflow { break }
      next = product
    }
    return powers
  }

  package func firstPause(ofPoint number: Int) -> Int? { rungs.first }

  package func promotion(among candidates: [PrunedTrial]) -> Promotion? {
    // A budget may have paused a trial between two rungs.
    if let late = candidates.first(where: { $0.isPaused && !rungs.contains($0.seen.epochs) }) {
      return Promotion(
        trial: late.seen.trial, until: rungs.first { $0 > late.seen.epochs }, rung: nil,
        competitors: nil, runnerUp: nil)
    }
    return rungs.indices.reversed().lazy.compactMap { promotion(from: $0, candidates) }.first
  }

  /// Returns the best trial among the best of a rung that waits there; nil if there is none.
  private func promotion(from rung: Int, _ candidates: [PrunedTrial]) -> Promotion? {
    let ranked = candidates.compactMap { trial in
      standing(of: trial, at: rung).map { (trial: trial, score: $0.score) }
    }.sorted { direction.ranks(($0.score, $0.trial.number), before: ($1.score, $1.trial.number)) }
    func waits(_ place: Int) -> Bool {
      ranked[place].trial.isPaused && ranked[place].trial.seen.epochs == rungs[rung]
    }
    guard let best = (0..<ranked.count / reductionFactor).first(where: waits) else { return nil }
    return Promotion(
      trial: ranked[best].trial.seen.trial, until: rung + 1 < rungs.count ? rungs[rung + 1] : nil,
      rung: rungs[rung], competitors: ranked.count,
      runnerUp: ranked.indices.dropFirst(best + 1).first(where: waits)
        .map { ranked[$0].trial.seen.trial })
  }

  /// Returns what counts of a trial at a rung; nil if it has not reached the rung.
  private func standing(of trial: PrunedTrial, at rung: Int) -> PrunedTrial.Standing? {
    if let pause = trial.standings.first(where: { $0.epochs == rungs[rung] }) { return pause }
    guard trial.seen.state == .complete, let end = trial.standings.last,
      end.epochs < rungs[rung], rung == 0 || end.epochs > rungs[rung - 1]
    else { return nil }
    return end
  }
}
