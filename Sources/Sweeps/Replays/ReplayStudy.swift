import Dispatch
import Foundation
import Search
import Trials
import Tuning

/// Searches that are compared on recorded curves.
package struct ReplayStudy: Sendable {
  /// How a search runs.
  package struct Setting: Hashable, Sendable {
    package var method: SearchMethod
    package var lag: Int
    /// The budget for the work of training every point once.
    package var budget: Double

    package init(method: SearchMethod, lag: Int, budget: Double) {
      self.method = method
      self.lag = lag
      self.budget = budget
    }
  }

  /// What came of one search. Scores are shares of the true mean of the best point.
  package struct Result: Sendable {
    /// The true mean of the recommended point.
    package let mean: Double
    /// The true mean of the point with the best run.
    package let meanByRun: Double
    /// What the model of the best run is worth; nil if nobody knows.
    package let model: Double?
    /// What the search expects of the recommended point, less its true mean.
    package let curse: Double
    /// The score of the best run, less the true mean of its point.
    package let curseByRun: Double
    /// The work that was spent, as a share of the grid.
    package let spent: Double
    package let trials: Int
    package let decisions: Int
    package let timeline: Timeline?
  }

  package let settings: [Setting]
  package let repeats: Int
  /// Who carries out the decisions, for the time line; nil for none.
  package let workers: Timeline.Workers?

  package init(settings: [Setting], repeats: Int, workers: Timeline.Workers? = nil) {
    self.settings = settings
    self.repeats = repeats
    self.workers = workers
  }

  /// Returns the results of all settings by repeat. The repeats run side by side.
  package func run(on table: ReplayTable) throws -> [Setting: [Result]] {
    let results = LockedValue<[Setting: [Int: Swift.Result<Result, any Error>]]>([:])
    DispatchQueue.concurrentPerform(iterations: repeats) { number in
      let view = table.view(repeat: number)
      for setting in settings {
        let result = Swift.Result { try run(setting, on: view, repeat: number) }
        results.withLock { $0[setting, default: [:]][number] = result }
      }
    }
    return try results.withLock { $0 }.mapValues { byRepeat in
      try byRepeat.sorted { $0.key < $1.key }.map { try $0.value.get() }
    }
  }

  /// Runs one search.
  private func run(
    _ setting: Setting, on view: ReplayTable.View, repeat number: Int
  ) throws -> Result {
    let table = view.table
    let history = try Replay.run(tuner(setting, on: table, repeat: number)) {
      view.curve(of: $0)
    }
    let recommendation = history.recommendation(
      space: table.space, direction: table.direction, patience: table.patience,
      mostEpochs: table.mostEpochs)
    let bestMean = view.bestMean
    func share(_ score: Double) -> Double {
      table.direction == .maximize ? score / bestMean : bestMean / score
    }
    let best = history.seenTrials.filter { $0.score != nil }.min {
      table.direction.ranks(
        ($0.score ?? 0, $0.trial.number), before: ($1.score ?? 0, $1.trial.number))
    }
    guard let recommendation, let best, let score = best.score,
      let cell = table.cells[recommendation.best.point],
      let bestCell = table.cells[best.trial.point]
    else {
      // The budget did not reach for a single epoch: nothing is recommended.
      return Result(
        mean: 0, meanByRun: 0, model: nil, curse: 0, curseByRun: 0, spent: 0, trials: 0,
        decisions: history.decisions.count, timeline: nil)
    }
    let cost = history.decisions.reduce(0.0) { sum, decision in
      sum + Double(history.outcome(of: decision.number)?.cost ?? 0)
    }
    return Result(
      mean: share(view.means[cell]), meanByRun: share(view.means[bestCell]),
      model: view.quality(of: best.trial, epochs: best.epochs).map(share),
      curse: (recommendation.best.mean - view.means[cell]) / bestMean,
      curseByRun: (score - view.means[bestCell]) / bestMean, spent: cost / table.gridWork,
      trials: history.trialCount, decisions: history.decisions.count,
      timeline: workers.map { Timeline(of: history, on: $0, repeat: number) })
  }

  private func tuner(_ setting: Setting, on table: ReplayTable, repeat number: Int) -> Tuner {
    var context = SearchContext(
      seeds: Array(0..<max(setting.method.seeds ?? 1, 1)), patience: table.patience,
      mostEpochs: table.mostEpochs, direction: table.direction)
    context.samplerSeed = UInt64(number) &+ 1000 * UInt64(table.worldSeed ?? 0)
    context.lag = setting.lag
    context.repeatsPoints = true
    context.workPerEpoch = { [cells = table.cells, work = table.workPerEpoch] point in
      cells[point].map { work[$0] } ?? 1
    }
    return Tuner(
      strategy: setting.method.strategy(of: table.space, context), direction: table.direction,
      lag: setting.lag,
      budget: Tuner.Budget(work: Int((setting.budget * table.gridWork).rounded())),
      epochs: table.mostEpochs, workPerEpoch: context.workPerEpoch)
  }
}

extension Timeline {
  /// The time line of a repeat, with the speeds of its decisions drawn from a log-normal distribution.
  init(of history: History, on workers: Workers, repeat number: Int) {
    self.init(of: history, on: workers) { decision in
      guard workers.speedNoise > 0 else { return 1 }
      return exp(
        workers.speedNoise
          * NormalDraw.value(workers.seed, UInt64(number), UInt64(decision.number)))
    }
  }
}
